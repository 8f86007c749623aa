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
    ScalarPairChanges.sum(tile, strips * VectorTileKernels.stripColumns(tile), sums);
  }

  private static void lower(Tile tile, int first, int end, TileSums sums) {
    long xAt = Native.address(tile, 0);
    long yAt = Native.address(tile, 1);
    long stride = tile.stride();
    int rows = tile.rows();
    float[] planes = sums.sums();
    int plane = sums.layout().planeLength();
    FloatVector zero = FloatVector.zero(Species.FLOATS);
    int yLimit = sums.limits()[0];
    IntVector yChanged = IntVector.zero(Species.INTS);
    long yDoubtful = 0;
    for (int strip = first; strip < end; strip++) {
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
        VectorMask<Integer> yChanges = yBits.add(yBits).compare(VectorOperators.NE, 0);
        yChanged = yChanged.add(1, yChanges);
      }
      int yBelow =
          xy.reinterpretAsInts()
              .and(Integer.MAX_VALUE)
              .sub(yLimit)
              .reduceLanes(VectorOperators.AND);
      yDoubtful |= (long) (~yBelow >>> 31) << strip;
      int to = strip * Species.LANES;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(xx).intoArray(planes, to);
      to += plane;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(yy).intoArray(planes, to);
      to += plane;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(xy).intoArray(planes, to);
      to += plane;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(ySum).intoArray(planes, to);
    }
    sums.doubtful()[0] = yDoubtful;
    long[] counts = sums.counts();
    counts[TileSums.Y_CHANGED] += yChanged.reduceLanesToLong(VectorOperators.ADD);
  }

  private static void whole(Tile tile, int mask, int start, int first, int end, TileSums sums) {
    long xAt = Native.address(tile, 0);
    long yAt = Native.address(tile, 1);
    long stride = tile.stride();
    int rows = tile.rows();
    float[] planes = sums.sums();
    int plane = sums.layout().planeLength();
    FloatVector zero = FloatVector.zero(Species.FLOATS);
    int yLimit = sums.limits()[0];
    IntVector yChanged = IntVector.zero(Species.INTS);
    long yDoubtful = 0;
    for (int strip = first; strip < end; strip++) {
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
        VectorMask<Integer> yChanges = yBits.add(yBits).compare(VectorOperators.NE, 0);
        yChanged = yChanged.add(1, yChanges);
      }
      int yBelow =
          xy.reinterpretAsInts()
              .and(Integer.MAX_VALUE)
              .sub(yLimit)
              .reduceLanes(VectorOperators.AND);
      yDoubtful |= (long) (~yBelow >>> 31) << strip;
      int to = strip * Species.LANES + start;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(xx).intoArray(planes, to);
      to += plane;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(yy).intoArray(planes, to);
      to += plane;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(xy).intoArray(planes, to);
      to += plane;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(ySum).intoArray(planes, to);
    }
    sums.doubtful()[0] = yDoubtful;
    long[] counts = sums.counts();
    counts[TileSums.Y_CHANGED] += yChanged.reduceLanesToLong(VectorOperators.ADD);
  }
}
