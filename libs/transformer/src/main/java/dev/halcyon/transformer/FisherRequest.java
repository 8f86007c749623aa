package dev.halcyon.transformer;

import static java.util.Objects.requireNonNull;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Model and samples of a Fisher run.
///
/// @param model open until the run has ended
/// @param samples at least one, each of an id of its own
/// @param options how
public record FisherRequest(DecoderModel model, List<TokenSample> samples, FisherOptions options) {
  public FisherRequest {
    requireNonNull(model, "model is null");
    requireNonNull(options, "options is null");
    samples = List.copyOf(samples);
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
