package dev.halcyon.exports;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Names of the parameters that are not trained, one a line, comments behind `#`.
final class FreezeListFormat implements ExportFormat {
  @Override
  public ExportedFile write(Export export) {
    Selection selection = export.selection(export.ranking().tensors());
    String text =
        Stream.concat(
                export.provenance().stream().map(line -> "# " + line),
                selection.rest().stream().map(ScoredTensor::key))
            .collect(Collectors.joining("\n", "", "\n"));
    return ExportedFile.ofText(
        text,
        "%d of %d tensors are frozen"
            .formatted(selection.rest().size(), export.ranking().tensors().size()));
  }
}
