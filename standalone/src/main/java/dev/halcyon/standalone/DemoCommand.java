package dev.halcyon.standalone;

import dev.halcyon.contracts.request.CalibrationSettings;
import dev.halcyon.contracts.request.DivergenceSettings;
import dev.halcyon.contracts.request.FisherSettings;
import dev.halcyon.contracts.request.ModelName;
import dev.halcyon.contracts.request.ModelSpec;
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
    description =
        "Analyzes the bundled models, a small base model and two fine-tunes: what changed, what"
            + " matters, and what it did to the output.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class DemoCommand implements Callable<Integer> {
  /// Enough for a first look.
  private static final CalibrationSettings TEXTS = CalibrationSettings.builtIn(4, 64);

  @Spec private CommandSpec spec;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      defaultValue = AnalyzeCommand.DEFAULT_OUTPUT,
      description = "Folder of the results (default: ${DEFAULT-VALUE}).")
  private Path output;

  @Override
  public Integer call() throws IOException {
    Path folder = models();
    List<ModelSpec> models =
        List.of(model(folder, "base"), model(folder, "python"), model(folder, "bible"));
    return new LocalCompare(
            AnalyzeCommand.of(models, importance(), DivergenceSettings.of(TEXTS)),
            new ResultFolder(output),
            OptionalInt.empty(),
            Optional.empty(),
            new AnalysisResults(
                    models.getFirst().model(),
                    models.subList(1, models.size()).stream().map(ModelSpec::model).toList(),
                    "cpu")
                ::of,
            Console.of(spec.commandLine(), false))
        .run();
  }

  /// Of the base alone: what it depends on is what a change may touch.
  private static FisherSettings importance() {
    return FisherSettings.of(List.of(ModelName.BASE), TEXTS);
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
