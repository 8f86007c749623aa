package dev.halcyon.standalone;

import dev.halcyon.contracts.Analysis;
import dev.halcyon.contracts.CompareRequest;
import dev.halcyon.contracts.DivergenceEstimator;
import dev.halcyon.contracts.DivergenceSettings;
import dev.halcyon.contracts.FisherEstimator.Labels;
import dev.halcyon.contracts.FisherEstimator.Weighting;
import dev.halcyon.contracts.FisherSettings;
import dev.halcyon.contracts.ModelName;
import dev.halcyon.contracts.ModelSpec;
import dev.halcyon.services.common.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
  private static final String AUTO = "auto";

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

  @Option(
      names = "--calibration",
      paramLabel = "FILE",
      description =
          "Texts: .txt (one on each line), .json, .jsonl or .parquet, or a data set on the Hub:"
              + " humaneval, gsm8k, ORG/NAME (default: a built-in set of code and prose).")
  private String calibration;

  @Option(
      names = "--text-files",
      paramLabel = "DIR",
      description = "A folder with one text in each file, instead of --calibration.")
  private String textFiles;

  @Option(
      names = "--text-field",
      paramLabel = "NAME",
      description = "Field or column with the text (default: text).")
  private String textField;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "Number of texts, from the first (default: 20).")
  private Integer samples;

  @Option(
      names = "--max-length",
      paramLabel = "TOKENS",
      description = "Maximum tokens of a text; longer texts are truncated (default: 256).")
  private Integer maxLength;

  @Option(
      names = "--min-tokens",
      paramLabel = "TOKENS",
      description = "Texts with fewer tokens are skipped (default: 2).")
  private Integer minTokens;

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

  @Option(
      names = "--objective",
      paramLabel = "KIND",
      description =
          "What is attributed to tensors: kl, the divergence of the output; loss, the difference in"
              + " loss; both (default: kl).")
  private DivergenceEstimator.Objective objective;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = AUTO,
      description =
          "Passes that the attribution takes, 1 to 8; auto takes 2, and more where the parts do not"
              + " add up (default: ${DEFAULT-VALUE}).")
  private String nodes;

  @Option(
      names = "--alone",
      paramLabel = "N",
      description = "Measure each of the N layers with the largest parts alone, too (default: 0).")
  private Integer alone;

  @Option(
      names = "--allow-config-field",
      paramLabel = "NAME",
      description =
          "Ignores a field of config.json whose effect is unknown. Repeat the option for each"
              + " field. The report records it.")
  private List<String> allowConfigFields;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      defaultValue = "cpu",
      description = "cpu, cuda:0, cuda:1, … (default: ${DEFAULT-VALUE}).")
  private String device;

  @Option(
      names = "--threads",
      paramLabel = "N",
      converter = CountConverter.class,
      description = "Number of compute threads (default: all cores).")
  private Integer threads;

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
    if (!device.matches("cpu|cuda:[0-9]+")) {
      throw wrongUse("--device takes cpu or cuda:N, not " + device);
    }
    CompareRequest request = request();
    Optional<FailIf> gate = failIf.of(request);
    requireTexts();
    System.setProperty("halcyon.fisher.device", device);
    return new LocalCompare(
            request,
            new ResultFolder(output),
            threads == null ? OptionalInt.empty() : OptionalInt.of(threads),
            gate,
            new AnalysisResults(base, fineTunes, device)::of,
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
        List.of(Analysis.SIMILARITY, Analysis.FISHER, Analysis.DIVERGENCE),
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
        Optional.ofNullable(calibration),
        Optional.ofNullable(textFiles),
        textField,
        samples,
        maxLength,
        minTokens,
        fisherLabels,
        weighting,
        null,
        null,
        null,
        Optional.empty(),
        null,
        allowConfigFields);
  }

  private DivergenceSettings divergence() {
    return new DivergenceSettings(
        Optional.ofNullable(calibration),
        Optional.ofNullable(textFiles),
        textField,
        samples,
        maxLength,
        minTokens,
        objective,
        nodes(),
        weighting,
        alone,
        Optional.of(true),
        null,
        allowConfigFields);
  }

  private Integer nodes() {
    if (nodes.equals(AUTO)) {
      return null;
    }
    if (nodes.matches("[1-" + DivergenceEstimator.MAX_NODES + "]")) {
      return Integer.valueOf(nodes);
    }
    throw wrongUse(
        "--nodes takes auto or a number from 1 to %d, not %s"
            .formatted(DivergenceEstimator.MAX_NODES, nodes));
  }

  /// Says at once what needs no services to be said.
  private void requireTexts() {
    if (calibration != null
        && !HubTexts.isDataset(calibration)
        && !Files.exists(Path.of(calibration))) {
      throw new BadInputException("no such calibration file: " + calibration);
    }
    if (textFiles != null && !Files.isDirectory(Path.of(textFiles))) {
      throw new BadInputException("no such folder of texts: " + textFiles);
    }
  }

  private ParameterException wrongUse(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
