package dev.halcyon.standalone;

import dev.halcyon.contracts.request.CompareRequest;
import dev.halcyon.contracts.request.DivergenceSettings;
import dev.halcyon.contracts.request.FisherEstimator.Labels;
import dev.halcyon.contracts.request.FisherEstimator.Weighting;
import dev.halcyon.contracts.request.FisherSettings;
import dev.halcyon.contracts.request.GradientSettings;
import dev.halcyon.contracts.request.ModelName;
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

/// `halcyon analyze`.
@Command(
    name = "analyze",
    description = {
      "What changed, what matters, and what it did to the output, through which layers: similarity,"
          + " Fisher information and divergence in one job and one report."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class AnalyzeCommand implements Callable<Integer> {
  static final String DEFAULT_OUTPUT = "comprehensive_analysis";

  @Spec private CommandSpec spec;

  @Option(
      names = "--base",
      required = true,
      paramLabel = "MODEL",
      description = "The base model: a folder, or org/name[@revision] on the Hugging Face Hub.")
  private String base;

  @Option(
      names = "--fine-tune",
      required = true,
      paramLabel = "MODEL",
      description = "A fine-tune, named likewise; may be given several times.")
  private List<String> fineTunes;

  @Option(
      names = "--label",
      paramLabel = "NAME",
      description = "What figures and tables call a model; once for each model, the base first.")
  private List<String> labels = List.of();

  @Mixin private TextOptions texts;

  @Option(
      names = "--labels",
      paramLabel = "KIND",
      description =
          "Labels of the Fisher information. empirical: the next tokens of the text; sampled:"
              + " tokens drawn from the model's prediction (default: empirical).")
  private Labels fisherLabels;

  @Option(
      names = "--weighting",
      paramLabel = "KIND",
      description =
          "sample: all texts have the same weight; token: the weight is the number of tokens"
              + " (default: sample).")
  private Weighting weighting;

  @Mixin private AttributionOptions attribution;

  @Mixin private EngineOptions engine;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      defaultValue = DEFAULT_OUTPUT,
      description = "Folder of the results (default: ${DEFAULT-VALUE}).")
  private Path output;

  @Mixin private FailIfOption failIf;

  @Option(
      names = {"-q", "--quiet"},
      description = "Prints no progress and no summary.")
  private boolean quiet;

  @Override
  public Integer call() throws IOException {
    engine.useDevice();
    CompareRequest request = request();
    Optional<FailIf> gate = failIf.of(request);
    texts.requirePresent();
    return new LocalCompare(
            request,
            new ResultFolder(output),
            engine.threads(),
            gate,
            new AnalysisResults(base, fineTunes, engine.device())::of,
            Console.of(spec.commandLine(), quiet))
        .run();
  }

  private CompareRequest request() {
    try {
      return of(models(), fisher(), divergence());
    } catch (IllegalArgumentException e) {
      throw wrongUse(e.getMessage());
    }
  }

  /// All that is asked for of those models.
  static CompareRequest of(
      List<ModelSpec> models, FisherSettings fisher, DivergenceSettings divergence) {
    return new CompareRequest(
        models.getFirst(),
        models.subList(1, models.size()),
        AnalysisSummary.ANALYSES,
        List.of(),
        Optional.empty(),
        Optional.of(fisher),
        Optional.of(divergence),
        Optional.empty());
  }

  private List<ModelSpec> models() {
    List<String> sources = new ArrayList<>(List.of(base));
    sources.addAll(fineTunes);
    if (!labels.isEmpty() && labels.size() != sources.size()) {
      throw wrongUse(
          "%d --label for %d models: give one for each, the base first"
              .formatted(labels.size(), sources.size()));
    }
    List<String> names = labels.isEmpty() ? lastNames(sources) : labels;
    List<ModelSpec> models = new ArrayList<>();
    for (int i = 0; i < sources.size(); i++) {
      models.add(new ModelSpec(sources.get(i), Optional.of(names.get(i))));
    }
    return models;
  }

  /// What the models' folders or repositories are called, unless two are called the same.
  private static List<String> lastNames(List<String> sources) {
    List<String> names =
        sources.stream()
            .map(source -> Path.of(source).toAbsolutePath().normalize().getFileName())
            .map(String::valueOf)
            .toList();
    boolean distinct = names.stream().distinct().count() == names.size();
    return distinct ? names : ModelName.all(names.size());
  }

  private FisherSettings fisher() {
    return new FisherSettings(
        List.of(),
        texts.settings(),
        new GradientSettings(fisherLabels, weighting, null, null),
        null,
        Optional.empty(),
        null,
        engine.allowConfigFields());
  }

  private DivergenceSettings divergence() {
    return new DivergenceSettings(
        texts.settings(),
        attribution.objective(),
        attribution.nodes(),
        weighting,
        attribution.alone(),
        Optional.of(true),
        null,
        engine.allowConfigFields());
  }

  private ParameterException wrongUse(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
