package dev.halcyon.transformer;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// Tensors of a checkpoint that are not part of the computation.
///
/// @param weights that look trained: further layers, heads for other tasks
/// @param buffers that hold no weights: attention masks and rotary frequencies of older formats
public record UnusedTensors(List<String> weights, List<String> buffers) {
  private static final Pattern BUFFER =
      Pattern.compile(
          "(.*\\.)?(rotary_emb\\.(inv_freq|cos_cached|sin_cached)"
              + "|(self_)?(attn|attention)\\.(bias|masked_bias)|position_ids)");

  public UnusedTensors {
    weights = List.copyOf(weights);
    buffers = List.copyOf(buffers);
  }

  /// Tells the two apart by their names.
  ///
  /// @param tensors of the checkpoint
  /// @param used names of those that are part of the computation
  public static UnusedTensors of(Iterable<String> tensors, Set<String> used) {
    List<String> weights = new ArrayList<>();
    List<String> buffers = new ArrayList<>();
    for (String tensor : tensors) {
      if (!used.contains(tensor)) {
        (BUFFER.matcher(tensor).matches() ? buffers : weights).add(tensor);
      }
    }
    return new UnusedTensors(weights, buffers);
  }
}
