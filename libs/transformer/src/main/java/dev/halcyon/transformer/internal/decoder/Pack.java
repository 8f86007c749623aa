package dev.halcyon.transformer.internal.decoder;

import dev.halcyon.transformer.internal.torch.Tensor;
import java.util.List;
import java.util.Map;

/// Samples whose tokens lie one after the other in one tensor, without padding.
///
/// @param samples their numbers within the run
/// @param firstRow of its rows among those of all packs
/// @param bounds row at which each begins, and at last the number of rows; `samples + 1` entries
/// @param longest rows of the longest sample
/// @param rotations sines and cosines for each rotary embedding of the model
@SuppressWarnings("ArrayRecordComponent") // large, and never compared
public record Pack(
    List<Integer> samples,
    long firstRow,
    long[] bounds,
    int longest,
    Map<Object, Rotation> rotations) {
  /// What a rotary embedding does to each row.
  ///
  /// @param cosines of each row's angles [rows, 1, half]
  /// @param sines likewise
  public record Rotation(Tensor cosines, Tensor sines) {}

  public int rows() {
    return Math.toIntExact(bounds[bounds.length - 1]);
  }

  public int start(int sample) {
    return Math.toIntExact(bounds[sample]);
  }

  public int length(int sample) {
    return Math.toIntExact(bounds[sample + 1] - bounds[sample]);
  }
}
