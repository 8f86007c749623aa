package dev.halcyon.standalone;

import dev.halcyon.analysis.taskvector.SparseTaskVector;
import dev.halcyon.contracts.request.ModelSpec;
import dev.halcyon.services.common.BadInputException;
import dev.halcyon.tensors.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Restores a fine-tune from its base and a sparse task vector.
///
/// @param file the task vector
/// @param base the model that it was made from
/// @param results the restored model's folder
/// @param console for progress and summary
record LocalRestoration(Path file, ModelSpec base, ResultFolder results, Console console) {
  /// Returns the exit status.
  int run() throws IOException {
    if (LocalModels.isLocal(base.model())) {
      requireOtherFolder(Path.of(base.model()));
    }
    return LocalWork.run(results, console, this::run);
  }

  private void requireOtherFolder(Path model) throws IOException {
    Path folder = Files.isDirectory(model) ? model : model.toAbsolutePath().getParent();
    if (Files.isDirectory(results.path()) && Files.isSameFile(folder, results.path())) {
      throw new BadInputException(
          "--output is the folder of the base, whose files would be replaced: name another");
    }
  }

  private ExitCode run(WorkFolder work) throws IOException {
    try (ModelFolders folders = new ModelFolders(work, console);
        Checkpoint from = Checkpoint.open(folders.of(base))) {
      List<String> files = restored(from, results.begin());
      results.publish(files);
      console.say("");
      console.say("Restored, each file checked against its SHA-256, in " + results.path() + ":");
      files.forEach(name -> console.say("  " + name));
      return ExitCode.DONE;
    }
  }

  private List<String> restored(Checkpoint from, Path staging) throws IOException {
    try (StageDisplay progress =
        StageDisplay.of(console, "restore", from.tensors().size(), from.totalBytes())) {
      List<String> files =
          SparseTaskVector.restore(file, from, staging, bytes -> progress.add(0, bytes));
      progress.complete();
      return files;
    }
  }
}
