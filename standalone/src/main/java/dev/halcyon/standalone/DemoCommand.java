package dev.halcyon.standalone;

import dev.halcyon.contracts.CompareRequest;
import dev.halcyon.contracts.ModelSpec;
import dev.halcyon.services.common.EnvironmentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `halcyon demo`.
@Command(
    name = "demo",
    description = "Compares the bundled models: a small base model and two fine-tunes.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      defaultValue = CompareCommand.DEFAULT_OUTPUT,
      description = "Folder of the results (default: ${DEFAULT-VALUE}).")
  private Path output;

  @Override
  public Integer call() throws IOException {
    Path models = models();
    CompareRequest request =
        new CompareRequest(
            model(models, "base"),
            List.of(model(models, "python"), model(models, "bible")),
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty());
    return new LocalCompare(
            request,
            new ResultFolder(output),
            OptionalInt.empty(),
            Optional.empty(),
            Console.of(spec.commandLine(), false))
        .run();
  }

  private static ModelSpec model(Path models, String name) {
    return new ModelSpec(models.resolve(name).toString(), Optional.of(name));
  }

  private static Path models() {
    Path models = Path.of(System.getProperty("halcyon.home", "."), "examples", "models");
    if (!Files.isDirectory(models)) {
      throw new EnvironmentException("the bundled models are not in " + models);
    }
    return models;
  }
}
