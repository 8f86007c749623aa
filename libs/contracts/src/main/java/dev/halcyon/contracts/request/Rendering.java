package dev.halcyon.contracts.request;

import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.store.Digest;
import java.util.List;
import java.util.Optional;

/// How a report is drawn: what may differ between two requests for the same job.
///
/// @param labels of the models, the base first
/// @param scale the two cosines of the classical colour scale; the fitted logarithmic one where
///   absent
public record Rendering(List<String> labels, Optional<List<Double>> scale) {
  public Rendering {
    labels = List.copyOf(labels);
  }

  /// The name of the folder in the store that holds results drawn so: the same for the same
  /// content.
  public String id() {
    return Digest.sha256(Json.bytes(this)).substring(0, 16);
  }
}
