package dev.halcyon.tensors.internal.kernels;

import dev.halcyon.tensors.kernels.Tile;
import dev.halcyon.tensors.kernels.TileSums;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// [ScalarPairChanges] a vector of columns at a time, one lane a column.
final class VectorPairChanges {
  private VectorPairChanges() {}

  static void sum(Tile tile, TileSums sums) {
    switch (tile.format()) {
      case BFLOAT16 -> {
        lower(tile, sums);
        whole(tile, Species.UPPER, sums.layout().planeLength() / 2, sums);
      }
      case FLOAT32 -> whole(tile, -1, 0, sums);
    }
    ScalarPairChanges.sum(
        tile, VectorTileKernels.wholeStrips(tile) * VectorTileKernels.stripColumns(tile), sums);
  }

  private static void lower(Tile tile, TileSums sums) {
    long xAt = Native.address(tile, 0);
    long yAt = Native.address(tile, 1);
    long stride = tile.stride();
    int rows = tile.rows();
    int strips = VectorTileKernels.wholeStrips(tile);
    float[] planes = sums.sums();
    int plane = sums.layout().planeLength();
    FloatVector zero = FloatVector.zero(Species.FLOATS);
    IntVector yChanged = IntVector.zero(Species.INTS);
    IntVector yMost = IntVector.zero(Species.INTS);
    IntVector yLeast = IntVector.zero(Species.INTS);
    for (int strip = 0; strip < strips; strip++) {
      FloatVector xx = zero;
      FloatVector yy = zero;
      FloatVector xy = zero;
      FloatVector ySum = zero;
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
        at += stride;
        FloatVector yChange = y.sub(x);
        xx = x.fma(x, xx);
        yy = y.fma(y, yy);
        xy = yChange.fma(yChange, xy);
        ySum = ySum.add(yChange);
        IntVector yBits = yChange.reinterpretAsInts();
        yMost = yMost.max(yBits);
        yLeast = yLeast.lanewise(VectorOperators.UMAX, yBits);
        VectorMask<Integer> yChanges = yChange.compare(VectorOperators.NE, zero).cast(Species.INTS);
        yChanged = yChanged.add(1, yChanges);
      }
      int to = strip * Species.LANES;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(xx).intoArray(planes, to);
      to += plane;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(yy).intoArray(planes, to);
      to += plane;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(xy).intoArray(planes, to);
      to += plane;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(ySum).intoArray(planes, to);
    }
    sums.widenRange(
        1,
        yLeast.lanewise(VectorOperators.XOR, Integer.MIN_VALUE).reduceLanes(VectorOperators.MAX),
        yMost.reduceLanes(VectorOperators.MAX));
    long[] counts = sums.counts();
    counts[TileSums.Y_CHANGED] += yChanged.reduceLanesToLong(VectorOperators.ADD);
  }

  private static void whole(Tile tile, int mask, int start, TileSums sums) {
    long xAt = Native.address(tile, 0);
    long yAt = Native.address(tile, 1);
    long stride = tile.stride();
    int rows = tile.rows();
    int strips = VectorTileKernels.wholeStrips(tile);
    float[] planes = sums.sums();
    int plane = sums.layout().planeLength();
    FloatVector zero = FloatVector.zero(Species.FLOATS);
    IntVector yChanged = IntVector.zero(Species.INTS);
    IntVector yMost = IntVector.zero(Species.INTS);
    IntVector yLeast = IntVector.zero(Species.INTS);
    for (int strip = 0; strip < strips; strip++) {
      FloatVector xx = zero;
      FloatVector yy = zero;
      FloatVector xy = zero;
      FloatVector ySum = zero;
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
        at += stride;
        FloatVector yChange = y.sub(x);
        xx = x.fma(x, xx);
        yy = y.fma(y, yy);
        xy = yChange.fma(yChange, xy);
        ySum = ySum.add(yChange);
        IntVector yBits = yChange.reinterpretAsInts();
        yMost = yMost.max(yBits);
        yLeast = yLeast.lanewise(VectorOperators.UMAX, yBits);
        VectorMask<Integer> yChanges = yChange.compare(VectorOperators.NE, zero).cast(Species.INTS);
        yChanged = yChanged.add(1, yChanges);
      }
      int to = strip * Species.LANES + start;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(xx).intoArray(planes, to);
      to += plane;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(yy).intoArray(planes, to);
      to += plane;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(xy).intoArray(planes, to);
      to += plane;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(ySum).intoArray(planes, to);
    }
    sums.widenRange(
        1,
        yLeast.lanewise(VectorOperators.XOR, Integer.MIN_VALUE).reduceLanes(VectorOperators.MAX),
        yMost.reduceLanes(VectorOperators.MAX));
    long[] counts = sums.counts();
    counts[TileSums.Y_CHANGED] += yChanged.reduceLanesToLong(VectorOperators.ADD);
  }
}
