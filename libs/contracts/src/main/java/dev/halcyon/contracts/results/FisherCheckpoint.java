package dev.halcyon.contracts.results;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What of a model's checkpoint has no part in the computation.
///
/// @param unused weights that are not part of it: layers beyond those of the config, heads for
///   other tasks
/// @param buffers that hold no weights: attention masks and rotary frequencies of older formats
/// @param allowedConfigFields fields of `config.json` that were passed over on demand, and their
///   values
/// @param remark readable text, if the checkpoint was not saved as a causal language model
public record FisherCheckpoint(
    List<String> unused,
    List<String> buffers,
    SortedMap<String, String> allowedConfigFields,
    Optional<String> remark) {
  public FisherCheckpoint {
    unused = List.copyOf(unused);
    buffers = List.copyOf(buffers);
    allowedConfigFields = Collections.unmodifiableSortedMap(new TreeMap<>(allowedConfigFields));
    remark = remark == null ? Optional.empty() : remark;
  }

  /// One that is computed whole.
  public static FisherCheckpoint whole() {
    return new FisherCheckpoint(
        List.of(), List.of(), Collections.emptySortedMap(), Optional.empty());
  }
}
