package dev.halcyon.standalone;

import dev.halcyon.contracts.request.Analysis;
import dev.halcyon.contracts.request.CompareRequest;
import dev.halcyon.contracts.request.FisherEstimator.Labels;
import dev.halcyon.contracts.request.FisherEstimator.Precision;
import dev.halcyon.contracts.request.FisherEstimator.Weighting;
import dev.halcyon.contracts.request.FisherSettings;
import dev.halcyon.contracts.request.FisherSettings.Diagonal;
import dev.halcyon.contracts.request.GradientSettings;
import dev.halcyon.contracts.request.ModelSpec;
import dev.halcyon.hub.repository.ModelReference;
import dev.halcyon.services.common.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `halcyon fisher`.
@Command(
    name = "fisher",
    description = "Computes the diagonal Fisher information of a model: which parameters matter.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class FisherCommand implements Callable<Integer> {
  private static final String AUTO = "auto";

  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "MODEL",
      description =
          "Folder of the model (config.json, tokenizer.json, safetensors), or org/name on the Hub.")
  private String model;

  @Mixin private TextOptions texts;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = AUTO,
      description =
          "Texts in one batch; results do not depend on it. auto uses as many as fit in memory"
              + " (default: ${DEFAULT-VALUE}).")
  private String batchSize;

  @Option(
      names = "--labels",
      paramLabel = "KIND",
      description =
          "empirical: the next tokens of the text; sampled: tokens drawn from the model's"
              + " prediction (default: empirical).")
  private Labels labels;

  @Option(names = "--seed", paramLabel = "N", description = "Seed of drawn labels (default: 42).")
  private Long seed;

  @Option(
      names = "--weighting",
      paramLabel = "KIND",
      description =
          "sample: all texts have the same weight; token: the weight is the number of tokens"
              + " (default: sample).")
  private Weighting weighting;

  @Option(
      names = "--precision",
      paramLabel = "KIND",
      description = "Precision of weights and activations: fp32, bf16, fp16 (default: fp32).")
  private Precision precision;

  @Option(
      names = "--chunks",
      paramLabel = "N",
      description = "Also divides each component into N equal parts.")
  private Integer chunks;

  @Option(
      names = "--save-diagonal",
      paramLabel = "FORMAT",
      description =
          "Saves the value of each parameter: safetensors, pt for torch.load, or checkpoint for"
              + " a folder with the weights' names, an index and config.json.")
  private Diagonal saveDiagonal;

  @Mixin private EngineOptions engine;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      defaultValue = "fisher_results",
      description = "Folder of the results (default: ${DEFAULT-VALUE}).")
  private Path output;

  @Option(
      names = {"-q", "--quiet"},
      description = "Prints no progress and no summary.")
  private boolean quiet;

  @Override
  public Integer call() throws IOException {
    engine.useDevice();
    batch().ifPresent(size -> System.setProperty("halcyon.fisher.batch-size", "" + size));
    CompareRequest request = request();
    requireModel();
    texts.requirePresent();
    return new LocalCompare(
            request,
            new ResultFolder(output),
            engine.threads(),
            Optional.empty(),
            Console.of(spec.commandLine(), quiet))
        .run();
  }

  private CompareRequest request() {
    try {
      return new CompareRequest(
          ModelSpec.of(model),
          List.of(),
          List.of(Analysis.FISHER),
          List.of(),
          Optional.empty(),
          Optional.of(settings()),
          Optional.empty());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private FisherSettings settings() {
    return new FisherSettings(
        List.of(),
        texts.settings(),
        new GradientSettings(labels, weighting, precision, seed),
        chunks,
        Optional.ofNullable(saveDiagonal),
        null,
        engine.allowConfigFields());
  }

  /// Texts that go through the model together at most; empty for `auto`.
  private OptionalInt batch() {
    if (batchSize.equals(AUTO)) {
      return OptionalInt.empty();
    }
    try {
      int number = Integer.parseInt(batchSize);
      if (number >= 1) {
        return OptionalInt.of(number);
      }
    } catch (NumberFormatException _) {
      // said below
    }
    throw wrongUse("--batch-size takes auto or a number of 1 or more, not " + batchSize);
  }

  /// Says at once what needs no services to be said.
  private void requireModel() {
    try {
      ModelReference.parse(model, Files::exists);
    } catch (IllegalArgumentException e) {
      throw new BadInputException(e.getMessage(), e);
    }
  }

  private ParameterException wrongUse(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
