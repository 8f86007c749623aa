package dev.halcyon.standalone;

import dev.halcyon.contracts.results.Report;
import java.util.ArrayList;
import java.util.List;

/// What a reader must know of how the models were read, for a terminal.
///
/// @param models of a report
/// @param labels of the models
record ModelNotes(List<Report.Model> models, List<String> labels) {
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < models.size(); i++) {
      for (String note : models.get(i).notes()) {
        lines.add("Note: %s: %s.".formatted(labels.get(i), note));
      }
    }
    if (!lines.isEmpty()) {
      lines.addFirst("");
    }
    return lines;
  }
}
