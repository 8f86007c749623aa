package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.request.Analysis;
import dev.halcyon.contracts.store.Digest;
import java.util.List;
import java.util.Optional;

/// A request after resolution: what makes two requests the same job.
///
/// @param schema version of the plan; a new one is a new job
/// @param analyses asked for
/// @param components that narrow it
/// @param fingerprints of the models, the base first
/// @param fisher what Fisher information is estimated on and how
/// @param divergence what divergences are measured on and how
record JobKey(
    int schema,
    List<Analysis> analyses,
    List<String> components,
    List<String> fingerprints,
    Optional<FisherWork.Key> fisher,
    Optional<DivergenceWork.Key> divergence) {
  private static final int LENGTH = 20;

  /// Name of the job: 80 bits of the key's digest.
  String jobId() {
    return Digest.sha256(Json.bytes(this)).substring(0, LENGTH);
  }
}
