package dev.halcyon.tensors.internal.kernels;

import dev.halcyon.tensors.kernels.Tile;
import dev.halcyon.tensors.kernels.TileSums;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/// [ScalarTriple] a vector of columns at a time, one lane a column.
final class VectorTriple {
  private VectorTriple() {}

  static void sum(Tile tile, TileSums sums) {
    switch (tile.format()) {
      case BFLOAT16 -> halves(tile, sums);
      case FLOAT32 -> floats(tile, sums);
    }
    ScalarTriple.sum(
        tile, VectorTileKernels.wholeStrips(tile) * VectorTileKernels.stripColumns(tile), sums);
  }

  private static void halves(Tile tile, TileSums sums) {
    long xAt = Native.address(tile, 0);
    long yAt = Native.address(tile, 1);
    long zAt = Native.address(tile, 2);
    long stride = tile.stride();
    int rows = tile.rows();
    int strips = VectorTileKernels.wholeStrips(tile);
    float[] planes = sums.sums();
    int plane = sums.layout().planeLength();
    int half = plane / 2;
    FloatVector zero = FloatVector.zero(Species.FLOATS);
    for (int strip = 0; strip < strips; strip++) {
      FloatVector xx = zero;
      FloatVector yy = zero;
      FloatVector xy = zero;
      FloatVector zz = zero;
      FloatVector xz = zero;
      FloatVector yz = zero;
      FloatVector xxUpper = zero;
      FloatVector yyUpper = zero;
      FloatVector xyUpper = zero;
      FloatVector zzUpper = zero;
      FloatVector xzUpper = zero;
      FloatVector yzUpper = zero;
      long at = 4L * Species.LANES * strip;
      for (int row = 0; row < rows; row++) {
        IntVector xWords =
            IntVector.fromMemorySegment(Species.INTS, Native.MEMORY, xAt + at, Species.ORDER);
        IntVector yWords =
            IntVector.fromMemorySegment(Species.INTS, Native.MEMORY, yAt + at, Species.ORDER);
        IntVector zWords =
            IntVector.fromMemorySegment(Species.INTS, Native.MEMORY, zAt + at, Species.ORDER);
        at += stride;
        FloatVector x = xWords.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
        FloatVector y = yWords.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
        FloatVector z = zWords.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
        FloatVector yChange = y.sub(x);
        FloatVector zChange = z.sub(x);
        FloatVector between = z.sub(y);
        xx = x.fma(x, xx);
        yy = y.fma(y, yy);
        xy = yChange.fma(yChange, xy);
        zz = z.fma(z, zz);
        xz = zChange.fma(zChange, xz);
        yz = between.fma(between, yz);
        x = xWords.and(Species.UPPER).reinterpretAsFloats();
        y = yWords.and(Species.UPPER).reinterpretAsFloats();
        z = zWords.and(Species.UPPER).reinterpretAsFloats();
        yChange = y.sub(x);
        zChange = z.sub(x);
        between = z.sub(y);
        xxUpper = x.fma(x, xxUpper);
        yyUpper = y.fma(y, yyUpper);
        xyUpper = yChange.fma(yChange, xyUpper);
        zzUpper = z.fma(z, zzUpper);
        xzUpper = zChange.fma(zChange, xzUpper);
        yzUpper = between.fma(between, yzUpper);
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
      to = strip * Species.LANES + half;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(xxUpper).intoArray(planes, to);
      to += plane;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(yyUpper).intoArray(planes, to);
      to += plane;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(xyUpper).intoArray(planes, to);
      to += plane;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(zzUpper).intoArray(planes, to);
      to += plane;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(xzUpper).intoArray(planes, to);
      to += plane;
      FloatVector.fromArray(Species.FLOATS, planes, to).add(yzUpper).intoArray(planes, to);
    }
  }

  private static void floats(Tile tile, TileSums sums) {
    long xAt = Native.address(tile, 0);
    long yAt = Native.address(tile, 1);
    long zAt = Native.address(tile, 2);
    long stride = tile.stride();
    int rows = tile.rows();
    int strips = VectorTileKernels.wholeStrips(tile);
    float[] planes = sums.sums();
    int plane = sums.layout().planeLength();
    FloatVector zero = FloatVector.zero(Species.FLOATS);
    for (int strip = 0; strip < strips; strip++) {
      FloatVector xx = zero;
      FloatVector yy = zero;
      FloatVector xy = zero;
      FloatVector zz = zero;
      FloatVector xz = zero;
      FloatVector yz = zero;
      long at = 4L * Species.LANES * strip;
      for (int row = 0; row < rows; row++) {
        FloatVector x =
            FloatVector.fromMemorySegment(Species.FLOATS, Native.MEMORY, xAt + at, Species.ORDER);
        FloatVector y =
            FloatVector.fromMemorySegment(Species.FLOATS, Native.MEMORY, yAt + at, Species.ORDER);
        FloatVector z =
            FloatVector.fromMemorySegment(Species.FLOATS, Native.MEMORY, zAt + at, Species.ORDER);
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
    }
  }
}
