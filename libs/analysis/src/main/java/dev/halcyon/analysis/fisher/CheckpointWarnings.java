package dev.halcyon.analysis.fisher;

import dev.halcyon.contracts.results.FisherCheckpoint;
import java.util.ArrayList;
import java.util.List;

/// Warnings about a checkpoint whose computation does not use all of its tensors or fields.
public final class CheckpointWarnings {
  /// More unused tensors than this are counted.
  private static final int NAMED = 20;

  private CheckpointWarnings() {}

  /// Warnings as readable sentences.
  ///
  /// @param listed where all unused tensors are listed, as `unused in summary.json`
  public static List<String> of(FisherCheckpoint checkpoint, String listed) {
    List<String> warnings = new ArrayList<>();
    checkpoint.remark().ifPresent(warnings::add);
    if (!checkpoint.unused().isEmpty()) {
      warnings.add(unused(checkpoint.unused(), listed));
    }
    checkpoint
        .allowedConfigFields()
        .forEach((field, value) ->
            warnings.add(
                "config.json says %s is %s, which was ignored as requested"
                    .formatted(field, value)));
    return warnings;
  }

  private static String unused(List<String> tensors, String listed) {
    String names = String.join(", ", tensors.subList(0, Math.min(NAMED, tensors.size())));
    String more =
        tensors.size() > NAMED ? " and %d more (%s)".formatted(tensors.size() - NAMED, listed) : "";
    return "%d tensor%s of the checkpoint %s not part of the computation: %s%s"
        .formatted(
            tensors.size(),
            tensors.size() == 1 ? "" : "s",
            tensors.size() == 1 ? "is" : "are",
            names,
            more);
  }
}
