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
    int strips = VectorTileKernels.wholeStrips(tile);
    ChangeRange.limit(sums);
    for (int first = 0; first < strips; first += Long.SIZE) {
      int end = Math.min(first + Long.SIZE, strips);
      switch (tile.format()) {
        case BFLOAT16 -> {
          lower(tile, first, end, sums);
          ChangeRange.widen(tile, first, 0, sums);
          whole(tile, Species.UPPER, sums.layout().planeLength() / 2, first, end, sums);
          ChangeRange.widen(tile, first, 1, sums);
        }
        case FLOAT32 -> {
          whole(tile, -1, 0, first, end, sums);
          ChangeRange.widen(tile, first, 0, sums);
        }
      }
    }
    ScalarTripleChanges.sum(tile, strips * VectorTileKernels.stripColumns(tile), sums);
  }

  private static void lower(Tile tile, int first, int end, TileSums sums) {
    long xAt = Native.address(tile, 0);
    long yAt = Native.address(tile, 1);
    long zAt = Native.address(tile, 2);
    long stride = tile.stride();
    int rows = tile.rows();
    float[] planes = sums.sums();
    int plane = sums.layout().planeLength();
    FloatVector zero = FloatVector.zero(Species.FLOATS);
    int yLimit = sums.limits()[0];
    int zLimit = sums.limits()[1];
    IntVector yChanged = IntVector.zero(Species.INTS);
    IntVector zChanged = IntVector.zero(Species.INTS);
    IntVector bothChanged = IntVector.zero(Species.INTS);
    IntVector opposite = IntVector.zero(Species.INTS);
    long yDoubtful = 0;
    long zDoubtful = 0;
    for (int strip = first; strip < end; strip++) {
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
        VectorMask<Integer> yChanges = yBits.add(yBits).compare(VectorOperators.NE, 0);
        yChanged = yChanged.add(1, yChanges);
        IntVector zBits = zChange.reinterpretAsInts();
        VectorMask<Integer> zChanges = zBits.add(zBits).compare(VectorOperators.NE, 0);
        zChanged = zChanged.add(1, zChanges);
        VectorMask<Integer> bothChange = yChanges.and(zChanges);
        bothChanged = bothChanged.add(1, bothChange);
        IntVector signs = yBits.lanewise(VectorOperators.XOR, zBits);
        opposite = opposite.add(signs.lanewise(VectorOperators.LSHR, 31), bothChange);
      }
      int yBelow =
          xy.reinterpretAsInts()
              .and(Integer.MAX_VALUE)
              .sub(yLimit)
              .reduceLanes(VectorOperators.AND);
      yDoubtful |= (long) (~yBelow >>> 31) << strip;
      int zBelow =
          xz.reinterpretAsInts()
              .and(Integer.MAX_VALUE)
              .sub(zLimit)
              .reduceLanes(VectorOperators.AND);
      zDoubtful |= (long) (~zBelow >>> 31) << strip;
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
    sums.doubtful()[0] = yDoubtful;
    sums.doubtful()[1] = zDoubtful;
    long[] counts = sums.counts();
    counts[TileSums.Y_CHANGED] += yChanged.reduceLanesToLong(VectorOperators.ADD);
    counts[TileSums.Z_CHANGED] += zChanged.reduceLanesToLong(VectorOperators.ADD);
    counts[TileSums.BOTH_CHANGED] += bothChanged.reduceLanesToLong(VectorOperators.ADD);
    counts[TileSums.OPPOSITE] += opposite.reduceLanesToLong(VectorOperators.ADD);
  }

  private static void whole(Tile tile, int mask, int start, int first, int end, TileSums sums) {
    long xAt = Native.address(tile, 0);
    long yAt = Native.address(tile, 1);
    long zAt = Native.address(tile, 2);
    long stride = tile.stride();
    int rows = tile.rows();
    float[] planes = sums.sums();
    int plane = sums.layout().planeLength();
    FloatVector zero = FloatVector.zero(Species.FLOATS);
    int yLimit = sums.limits()[0];
    int zLimit = sums.limits()[1];
    IntVector yChanged = IntVector.zero(Species.INTS);
    IntVector zChanged = IntVector.zero(Species.INTS);
    IntVector bothChanged = IntVector.zero(Species.INTS);
    IntVector opposite = IntVector.zero(Species.INTS);
    long yDoubtful = 0;
    long zDoubtful = 0;
    for (int strip = first; strip < end; strip++) {
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
        VectorMask<Integer> yChanges = yBits.add(yBits).compare(VectorOperators.NE, 0);
        yChanged = yChanged.add(1, yChanges);
        IntVector zBits = zChange.reinterpretAsInts();
        VectorMask<Integer> zChanges = zBits.add(zBits).compare(VectorOperators.NE, 0);
        zChanged = zChanged.add(1, zChanges);
        VectorMask<Integer> bothChange = yChanges.and(zChanges);
        bothChanged = bothChanged.add(1, bothChange);
        IntVector signs = yBits.lanewise(VectorOperators.XOR, zBits);
        opposite = opposite.add(signs.lanewise(VectorOperators.LSHR, 31), bothChange);
      }
      int yBelow =
          xy.reinterpretAsInts()
              .and(Integer.MAX_VALUE)
              .sub(yLimit)
              .reduceLanes(VectorOperators.AND);
      yDoubtful |= (long) (~yBelow >>> 31) << strip;
      int zBelow =
          xz.reinterpretAsInts()
              .and(Integer.MAX_VALUE)
              .sub(zLimit)
              .reduceLanes(VectorOperators.AND);
      zDoubtful |= (long) (~zBelow >>> 31) << strip;
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
    sums.doubtful()[0] = yDoubtful;
    sums.doubtful()[1] = zDoubtful;
    long[] counts = sums.counts();
    counts[TileSums.Y_CHANGED] += yChanged.reduceLanesToLong(VectorOperators.ADD);
    counts[TileSums.Z_CHANGED] += zChanged.reduceLanesToLong(VectorOperators.ADD);
    counts[TileSums.BOTH_CHANGED] += bothChanged.reduceLanesToLong(VectorOperators.ADD);
    counts[TileSums.OPPOSITE] += opposite.reduceLanesToLong(VectorOperators.ADD);
  }
}
