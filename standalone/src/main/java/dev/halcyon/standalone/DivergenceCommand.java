package dev.halcyon.standalone;

import dev.halcyon.contracts.request.Analysis;
import dev.halcyon.contracts.request.CompareRequest;
import dev.halcyon.contracts.request.DivergenceSettings;
import dev.halcyon.contracts.request.FisherEstimator.Weighting;
import dev.halcyon.contracts.request.ModelSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `halcyon divergence`.
@Command(
    name = "divergence",
    description =
        "Measures how far fine-tunes move a model's output, and through which layers and tensors.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class DivergenceCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--base",
      required = true,
      paramLabel = "MODEL",
      description =
          "The base model: a folder (config.json, tokenizer.json, safetensors), or"
              + " org/name[@revision] on the Hub.")
  private String base;

  @Option(
      names = "--fine-tune",
      required = true,
      paramLabel = "MODEL",
      description =
          "A fine-tune, or a LoRA adapter of the base. Repeat the option for each fine-tune.")
  private List<String> fineTunes;

  @Option(
      names = "--label",
      paramLabel = "NAME",
      description = "Name of a fine-tune in figures and tables, in the order of --fine-tune.")
  private List<String> labels = List.of();

  @Mixin private TextOptions texts;

  @Mixin private AttributionOptions attribution;

  @Option(
      names = "--fisher",
      description =
          "Also computes the Fisher information of the base: its share by tensor, and the diagonal"
              + " proxy 1/2 sum F delta^2.")
  private boolean fisher;

  @Option(
      names = "--weighting",
      paramLabel = "KIND",
      defaultValue = "sample",
      description =
          "sample: all texts have the same weight; token: the weight is the number of tokens"
              + " (default: ${DEFAULT-VALUE}).")
  private Weighting weighting;

  @Mixin private EngineOptions engine;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      defaultValue = "divergence_results",
      description = "Folder of the results (default: ${DEFAULT-VALUE}).")
  private Path output;

  @Option(
      names = {"-q", "--quiet"},
      description = "Prints no progress and no summary.")
  private boolean quiet;

  @Override
  public Integer call() throws IOException {
    engine.useDevice();
    CompareRequest request = request();
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
          ModelSpec.of(base),
          models(),
          List.of(Analysis.DIVERGENCE),
          List.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.of(settings()),
          Optional.empty());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private List<ModelSpec> models() {
    if (labels.size() > fineTunes.size()) {
      throw new ParameterException(
          spec.commandLine(), "there are more --label than --fine-tune options");
    }
    List<ModelSpec> models = new ArrayList<>();
    for (int i = 0; i < fineTunes.size(); i++) {
      Optional<String> label = i < labels.size() ? Optional.of(labels.get(i)) : Optional.empty();
      models.add(new ModelSpec(fineTunes.get(i), label));
    }
    return models;
  }

  private DivergenceSettings settings() {
    return new DivergenceSettings(
        texts.settings(),
        attribution.objective(),
        attribution.nodes(),
        weighting,
        attribution.alone(),
        Optional.of(fisher),
        null,
        engine.allowConfigFields());
  }
}
