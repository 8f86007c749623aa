package dev.halcyon.exports;

import dev.halcyon.contracts.results.FisherOutcome.SavedDiagonal;
import dev.halcyon.contracts.results.FisherReport;
import dev.halcyon.contracts.results.Report.ModelFisher;
import dev.halcyon.tensors.SafetensorsFile;
import dev.halcyon.tensors.TensorInfo;
import dev.halcyon.tensors.gguf.GgufBytes;
import dev.halcyon.tensors.gguf.GgufNames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// An importance matrix of llama.cpp: for each matrix the Fisher information of each input column,
/// summed over the output rows. llama.cpp has there the mean square of the inputs; what it does
/// with either is to weigh the squared error of a column's weights.
final class ImatrixFormat implements ExportFormat {
  private static final String SUFFIX = ".safetensors";

  @Override
  public ExportedFile write(Export export) throws IOException {
    ModelFisher fisher = fisher(export);
    Path diagonal = diagonal(export, fisher);
    GgufBytes file = new GgufBytes();
    metadata(file, fisher.report(), export);
    int matrices = 0;
    try (SafetensorsFile source = SafetensorsFile.open(diagonal)) {
      GgufNames names = GgufNames.of(source.tensors().stream().map(TensorInfo::name).toList());
      for (TensorInfo tensor : source.tensors()) {
        Optional<String> name = names.find(tensor.name());
        if (name.isPresent() && tensor.shape().rank() == 2) {
          float[] columns = ColumnSums.of(source, tensor, names.isTransposed(tensor.name()));
          file.tensor(name.get() + ".in_sum2", columns, columns.length, 1);
          file.tensor(name.get() + ".counts", new float[] {1}, 1, 1);
          matrices++;
        }
      }
    }
    return new ExportedFile(
        file.bytes(), List.of("importance of the columns of %d matrices".formatted(matrices)));
  }

  @Override
  public Set<Quantity> quantities() {
    return EnumSet.of(Quantity.FISHER);
  }

  @Override
  public boolean choosesTensors() {
    return false;
  }

  private static void metadata(GgufBytes file, FisherReport report, Export export) {
    file.string("general.type", "imatrix");
    file.strings("imatrix.datasets", List.of(report.calibration().source()));
    file.uint32("imatrix.chunk_count", report.samples().size());
    file.uint32("imatrix.chunk_size", report.estimator().maxLength());
    file.strings("halcyon.provenance", export.provenance());
  }

  private static ModelFisher fisher(Export export) {
    return export.results().fisher().stream()
        .filter(fisher -> fisher.model().equals(export.ranking().model()))
        .findFirst()
        .orElseThrow(() -> missing(export));
  }

  private static Path diagonal(Export export, ModelFisher fisher) {
    return fisher
        .diagonal()
        .map(SavedDiagonal::file)
        .filter(name -> name.endsWith(SUFFIX))
        .map(export.results().folder()::resolve)
        .orElseThrow(() -> missing(export));
  }

  private static ExportException missing(Export export) {
    return new ExportException(
        "%s holds no diagonal of %s as safetensors; compute it with"
                .formatted(export.results().folder(), export.ranking().model())
            + " `halcyon fisher --model MODEL --save-diagonal safetensors --output DIR`, and give"
            + " its output folder");
  }
}
