package dev.halcyon.transformer;

import static java.util.Objects.requireNonNull;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Models and samples of a divergence run.
///
/// @param base open until the run has ended, as are the others
/// @param fineTunes of the base's architecture and sizes, but for the vocabulary
/// @param samples at least one, each of an id of its own
/// @param options how
public record DivergenceRequest(
    DecoderModel base,
    List<DecoderModel> fineTunes,
    List<TokenSample> samples,
    DivergenceOptions options) {
  public DivergenceRequest {
    requireNonNull(base, "base is null");
    requireNonNull(options, "options is null");
    fineTunes = List.copyOf(fineTunes);
    samples = List.copyOf(samples);
    if (fineTunes.isEmpty()) {
      throw new IllegalArgumentException("no fine-tunes");
    }
    if (samples.isEmpty()) {
      throw new IllegalArgumentException("no samples");
    }
    Set<Long> ids = new HashSet<>();
    for (TokenSample sample : samples) {
      if (!ids.add(sample.id())) {
        throw new IllegalArgumentException("two samples have the id " + sample.id());
      }
    }
  }
}
