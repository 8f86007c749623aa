package dev.halcyon.services.fisher;

import dev.halcyon.analysis.fisher.FisherParameter;
import dev.halcyon.analysis.fisher.diagonal.DiagonalFile;
import dev.halcyon.analysis.fisher.diagonal.DiagonalFormat;
import dev.halcyon.contracts.job.FisherTask;
import dev.halcyon.contracts.request.FisherSettings.Diagonal;
import dev.halcyon.contracts.results.FisherOutcome.SavedDiagonal;
import dev.halcyon.contracts.store.StoredObject;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A temporary folder that a diagonal is written in on its way to the store: the formats say where
/// a tensor lies before all of them are there, and objects are put from start to end.
final class DiagonalFolder implements AutoCloseable {
  private final DiagonalFormat format;
  private final List<FisherParameter> parameters;
  private final Path folder;
  private DiagonalFile file;

  private DiagonalFolder(
      DiagonalFormat format, List<FisherParameter> parameters, Path folder, DiagonalFile file) {
    this.format = format;
    this.parameters = parameters;
    this.folder = folder;
    this.file = file;
  }

  /// @param parent of the folder
  static DiagonalFolder create(Diagonal save, List<FisherParameter> parameters, Path parent)
      throws IOException {
    DiagonalFormat format =
        switch (save) {
          case SAFETENSORS, CHECKPOINT -> DiagonalFormat.SAFETENSORS;
          case PT -> DiagonalFormat.PT;
        };
    Path folder = Files.createTempDirectory(parent, "halcyon-diagonal");
    return new DiagonalFolder(format, parameters, folder, format.createIn(folder, parameters));
  }

  void write(String parameter, MemorySegment values) throws IOException {
    file.write(parameter, values);
  }

  void restart() throws IOException {
    file.close();
    file = format.createIn(folder, parameters);
  }

  /// @param config of a checkpoint; any other format has none
  SavedDiagonal put(Outcomes outcomes, FisherTask task, Optional<StoredObject> config)
      throws IOException {
    file.commit();
    StoredObject object = outcomes.put(task, folder.resolve(format.fileName()));
    if (config.isEmpty()) {
      return new SavedDiagonal(format.fileName(), object, List.of());
    }
    byte[] index = DiagonalCheckpoint.index(parameters);
    return DiagonalCheckpoint.of(
        object, outcomes.put(task, MemorySegment.ofArray(index)), config.orElseThrow());
  }

  @Override
  public void close() throws IOException {
    file.close();
    Files.deleteIfExists(folder.resolve(format.fileName()));
    Files.deleteIfExists(folder);
  }
}
