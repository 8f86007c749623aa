package dev.halcyon.tensors.internal.kernels;

import dev.halcyon.tensors.kernels.Tile;
import dev.halcyon.tensors.kernels.TileSums;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// [ScalarTripleChanges] a vector of columns at a time, one lane a column.
final class VectorTripleChanges {
  private VectorTripleChanges() {}

  static void sum(Tile tile, TileSums sums) {
    switch (tile.format()) {
      case BFLOAT16 -> {
        lower(tile, sums);
        whole(tile, Species.UPPER, sums.layout().planeLength() / 2, sums);
      }
      case FLOAT32 -> whole(tile, -1, 0, sums);
    }
    ScalarTripleChanges.sum(
        tile, VectorTileKernels.wholeStrips(tile) * VectorTileKernels.stripColumns(tile), sums);
  }

  private static void lower(Tile tile, TileSums sums) {
    long xAt = Native.address(tile, 0);
    long yAt = Native.address(tile, 1);
    long zAt = Native.address(tile, 2);
    long stride = tile.stride();
    int rows = tile.rows();
    int strips = VectorTileKernels.wholeStrips(tile);
    float[] planes = sums.sums();
    int plane = sums.layout().planeLength();
    FloatVector zero = FloatVector.zero(Species.FLOATS);
    IntVector yChanged = IntVector.zero(Species.INTS);
    IntVector zChanged = IntVector.zero(Species.INTS);
    IntVector bothChanged = IntVector.zero(Species.INTS);
    IntVector opposite = IntVector.zero(Species.INTS);
    IntVector yMost = IntVector.zero(Species.INTS);
    IntVector yLeast = IntVector.zero(Species.INTS);
    IntVector zMost = IntVector.zero(Species.INTS);
    IntVector zLeast = IntVector.zero(Species.INTS);
    for (int strip = 0; strip < strips; strip++) {
      FloatVector xx = zero;
      FloatVector yy = zero;
      FloatVector xy = zero;
      FloatVector zz = zero;
      FloatVector xz = zero;
      FloatVector yz = zero;
      FloatVector ySum = zero;
      FloatVector zSum = zero;
      FloatVector product = zero;
      long at = 4L * Species.LANES * strip;
      for (int row = 0; row < rows; row++) {
        FloatVector x =
            IntVector.fromMemorySegment(Species.INTS, Native.MEMORY, xAt + at, Species.ORDER)
                .lanewise(VectorOperators.LSHL, 16)
                .reinterpretAsFloats();
        FloatVector y =
            IntVector.fromMemorySegment(Species.INTS, Native.MEMORY, yAt + at, Species.ORDER)
                .lanewise(VectorOperators.LSHL, 16)
                .reinterpretAsFloats();
        FloatVector z =
            IntVector.fromMemorySegment(Species.INTS, Native.MEMORY, zAt + at, Species.ORDER)
                .lanewise(VectorOperators.LSHL, 16)
                .reinterpretAsFloats();
        at += stride;
        FloatVector yChange = y.sub(x);
        FloatVector zChange = z.sub(x);
        FloatVector between = z.sub(y);
        xx = x.fma(x, xx);
        yy = y.fma(y, yy);
        xy = yChange.fma(yChange, xy);
        zz = z.fma(z, zz);
        xz = zChange.fma(zChange, xz);
        yz = between.fma(between, yz);
        ySum = ySum.add(yChange);
        zSum = zSum.add(zChange);
        product = yChange.fma(zChange, product);
        IntVector yBits = yChange.reinterpretAsInts();
        yMost = yMost.max(yBits);
        yLeast = yLeast.lanewise(VectorOperators.UMAX, yBits);
        VectorMask<Integer> yChanges = yChange.compare(VectorOperators.NE, zero).cast(Species.INTS);
        yChanged = yChanged.add(1, yChanges);
        IntVector zBits = zChange.reinterpretAsInts();
        zMost = zMost.max(zBits);
        zLeast = zLeast.lanewise(VectorOperators.UMAX, zBits);
        VectorMask<Integer> zChanges = zChange.compare(VectorOperators.NE, zero).cast(Species.INTS);
        zChanged = zChanged.add(1, zChanges);
        VectorMask<Integer> bothChange = yChanges.and(zChanges);
        bothChanged = bothChanged.add(1, bothChange);
        IntVector signs = yBits.lanewise(VectorOperators.XOR, zBits);
        opposite = opposite.add(signs.lanewise(VectorOperators.LSHR, 31), bothChange);
      }
      int to = strip * Species.LANES;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(xx).intoArray(planes, to);
      to += plane;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(yy).intoArray(planes, to);
      to += plane;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(xy).intoArray(planes, to);
      to += plane;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(zz).intoArray(planes, to);
      to += plane;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(xz).intoArray(planes, to);
      to += plane;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(yz).intoArray(planes, to);
      to += plane;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(ySum).intoArray(planes, to);
      to += plane;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(zSum).intoArray(planes, to);
      to += plane;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(product).intoArray(planes, to);
    }
    sums.widenRange(
        1,
        yLeast.lanewise(VectorOperators.XOR, Integer.MIN_VALUE).reduceLanes(VectorOperators.MAX),
        yMost.reduceLanes(VectorOperators.MAX));
    sums.widenRange(
        2,
        zLeast.lanewise(VectorOperators.XOR, Integer.MIN_VALUE).reduceLanes(VectorOperators.MAX),
        zMost.reduceLanes(VectorOperators.MAX));
    long[] counts = sums.counts();
    counts[TileSums.Y_CHANGED] += yChanged.reduceLanesToLong(VectorOperators.ADD);
    counts[TileSums.Z_CHANGED] += zChanged.reduceLanesToLong(VectorOperators.ADD);
    counts[TileSums.BOTH_CHANGED] += bothChanged.reduceLanesToLong(VectorOperators.ADD);
    counts[TileSums.OPPOSITE] += opposite.reduceLanesToLong(VectorOperators.ADD);
  }

  private static void whole(Tile tile, int mask, int start, TileSums sums) {
    long xAt = Native.address(tile, 0);
    long yAt = Native.address(tile, 1);
    long zAt = Native.address(tile, 2);
    long stride = tile.stride();
    int rows = tile.rows();
    int strips = VectorTileKernels.wholeStrips(tile);
    float[] planes = sums.sums();
    int plane = sums.layout().planeLength();
    FloatVector zero = FloatVector.zero(Species.FLOATS);
    IntVector yChanged = IntVector.zero(Species.INTS);
    IntVector zChanged = IntVector.zero(Species.INTS);
    IntVector bothChanged = IntVector.zero(Species.INTS);
    IntVector opposite = IntVector.zero(Species.INTS);
    IntVector yMost = IntVector.zero(Species.INTS);
    IntVector yLeast = IntVector.zero(Species.INTS);
    IntVector zMost = IntVector.zero(Species.INTS);
    IntVector zLeast = IntVector.zero(Species.INTS);
    for (int strip = 0; strip < strips; strip++) {
      FloatVector xx = zero;
      FloatVector yy = zero;
      FloatVector xy = zero;
      FloatVector zz = zero;
      FloatVector xz = zero;
      FloatVector yz = zero;
      FloatVector ySum = zero;
      FloatVector zSum = zero;
      FloatVector product = zero;
      long at = 4L * Species.LANES * strip;
      for (int row = 0; row < rows; row++) {
        FloatVector x =
            IntVector.fromMemorySegment(Species.INTS, Native.MEMORY, xAt + at, Species.ORDER)
                .and(mask)
                .reinterpretAsFloats();
        FloatVector y =
            IntVector.fromMemorySegment(Species.INTS, Native.MEMORY, yAt + at, Species.ORDER)
                .and(mask)
                .reinterpretAsFloats();
        FloatVector z =
            IntVector.fromMemorySegment(Species.INTS, Native.MEMORY, zAt + at, Species.ORDER)
                .and(mask)
                .reinterpretAsFloats();
        at += stride;
        FloatVector yChange = y.sub(x);
        FloatVector zChange = z.sub(x);
        FloatVector between = z.sub(y);
        xx = x.fma(x, xx);
        yy = y.fma(y, yy);
        xy = yChange.fma(yChange, xy);
        zz = z.fma(z, zz);
        xz = zChange.fma(zChange, xz);
        yz = between.fma(between, yz);
        ySum = ySum.add(yChange);
        zSum = zSum.add(zChange);
        product = yChange.fma(zChange, product);
        IntVector yBits = yChange.reinterpretAsInts();
        yMost = yMost.max(yBits);
        yLeast = yLeast.lanewise(VectorOperators.UMAX, yBits);
        VectorMask<Integer> yChanges = yChange.compare(VectorOperators.NE, zero).cast(Species.INTS);
        yChanged = yChanged.add(1, yChanges);
        IntVector zBits = zChange.reinterpretAsInts();
        zMost = zMost.max(zBits);
        zLeast = zLeast.lanewise(VectorOperators.UMAX, zBits);
        VectorMask<Integer> zChanges = zChange.compare(VectorOperators.NE, zero).cast(Species.INTS);
        zChanged = zChanged.add(1, zChanges);
        VectorMask<Integer> bothChange = yChanges.and(zChanges);
        bothChanged = bothChanged.add(1, bothChange);
        IntVector signs = yBits.lanewise(VectorOperators.XOR, zBits);
        opposite = opposite.add(signs.lanewise(VectorOperators.LSHR, 31), bothChange);
      }
      int to = strip * Species.LANES + start;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(xx).intoArray(planes, to);
      to += plane;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(yy).intoArray(planes, to);
      to += plane;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(xy).intoArray(planes, to);
      to += plane;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(zz).intoArray(planes, to);
      to += plane;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(xz).intoArray(planes, to);
      to += plane;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(yz).intoArray(planes, to);
      to += plane;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(ySum).intoArray(planes, to);
      to += plane;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(zSum).intoArray(planes, to);
      to += plane;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(product).intoArray(planes, to);
    }
    sums.widenRange(
        1,
        yLeast.lanewise(VectorOperators.XOR, Integer.MIN_VALUE).reduceLanes(VectorOperators.MAX),
        yMost.reduceLanes(VectorOperators.MAX));
    sums.widenRange(
        2,
        zLeast.lanewise(VectorOperators.XOR, Integer.MIN_VALUE).reduceLanes(VectorOperators.MAX),
        zMost.reduceLanes(VectorOperators.MAX));
    long[] counts = sums.counts();
    counts[TileSums.Y_CHANGED] += yChanged.reduceLanesToLong(VectorOperators.ADD);
    counts[TileSums.Z_CHANGED] += zChanged.reduceLanesToLong(VectorOperators.ADD);
    counts[TileSums.BOTH_CHANGED] += bothChanged.reduceLanesToLong(VectorOperators.ADD);
    counts[TileSums.OPPOSITE] += opposite.reduceLanesToLong(VectorOperators.ADD);
  }
}
