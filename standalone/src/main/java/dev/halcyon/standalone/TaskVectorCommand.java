package dev.halcyon.standalone;

import dev.halcyon.contracts.request.ModelSpec;
import dev.halcyon.services.common.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `halcyon task-vector`.
@Command(
    name = "task-vector",
    description = {
      "Writes the task vector of a fine-tune (fine-tune minus base) and its statistics.",
      "With --sparse the file has only the changed elements, and --apply restores the fine-tune"
          + " from it bit for bit."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class TaskVectorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--base",
      required = true,
      paramLabel = "MODEL",
      description = "The base model: a folder, or org/name[@revision] on the Hugging Face Hub.")
  private String base;

  @Option(
      names = "--fine-tune",
      paramLabel = "MODEL",
      description = "The fine-tune, in the same form.")
  private String fineTune;

  @Option(
      names = "--save",
      paramLabel = "FORMAT",
      description =
          "Format of the task vector: safetensors, pt for torch.load, or none to write only the"
              + " statistics (default: safetensors).")
  private LocalTaskVector.Save save;

  @Option(
      names = "--sparse",
      description =
          "Writes positions and values of the changed elements, instead of a difference for each"
              + " element.")
  private boolean sparse;

  @Option(
      names = "--apply",
      paramLabel = "FILE",
      description = "Restores the fine-tune from --base and a file of --sparse.")
  private Path apply;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description =
          "Folder of the results (default: "
              + LocalTaskVector.DEFAULT_OUTPUT
              + "); with --apply, the required folder of the restored model.")
  private Path output;

  @Option(
      names = {"-q", "--quiet"},
      description = "Prints no progress and no summary.")
  private boolean quiet;

  @Override
  public Integer call() throws IOException {
    requireUse();
    Console console = Console.of(spec.commandLine(), quiet);
    if (apply != null) {
      return new LocalRestoration(apply, model(base), new ResultFolder(output), console).run();
    }
    Path folder = output == null ? Path.of(LocalTaskVector.DEFAULT_OUTPUT) : output;
    LocalTaskVector.Save format = sparse ? LocalTaskVector.Save.SPARSE : save;
    return new LocalTaskVector(
            model(base),
            model(fineTune),
            format == null ? LocalTaskVector.Save.SAFETENSORS : format,
            new ResultFolder(folder),
            console)
        .run();
  }

  private ModelSpec model(String named) {
    try {
      return ModelSpec.of(named);
    } catch (IllegalArgumentException e) {
      throw wrongUse(e.getMessage());
    }
  }

  private void requireUse() {
    if (apply == null && fineTune == null) {
      throw wrongUse("give --fine-tune MODEL, or --apply FILE");
    }
    if (apply != null && (fineTune != null || save != null || sparse)) {
      throw wrongUse("--apply takes --base and --output, no --fine-tune, --save or --sparse");
    }
    if (sparse && save != null) {
      throw wrongUse("--sparse writes safetensors of its own: give it or --save");
    }
    if (apply != null && output == null) {
      throw wrongUse("--apply needs --output DIR, the folder of the restored model");
    }
    if (apply != null && !Files.isRegularFile(apply)) {
      throw new BadInputException("no such file: " + apply);
    }
  }

  private ParameterException wrongUse(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
