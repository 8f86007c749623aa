package dev.halcyon.standalone;

import dev.halcyon.contracts.Analysis;
import dev.halcyon.contracts.CompareRequest;
import dev.halcyon.contracts.DivergenceEstimator;
import dev.halcyon.contracts.DivergenceEstimator.Objective;
import dev.halcyon.contracts.DivergenceSettings;
import dev.halcyon.contracts.FisherEstimator.Weighting;
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
  private static final String AUTO = "auto";
  private static final String DEVICE = "cpu|cuda:[0-9]+";

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
          "A fine-tune, named likewise, or a LoRA adapter of the base; may be given several times.")
  private List<String> fineTunes;

  @Option(
      names = "--label",
      paramLabel = "NAME",
      description = "Name of a fine-tune in figures, in the order of --fine-tune.")
  private List<String> labels = List.of();

  @Option(
      names = "--calibration",
      paramLabel = "FILE",
      description =
          "Texts: .txt (one a line), .json, .jsonl or .parquet, or a data set on the Hub:"
              + " humaneval, gsm8k, ORG/NAME. Without it a small built-in set of code and prose.")
  private String calibration;

  @Option(
      names = "--text-files",
      paramLabel = "DIR",
      description = "A folder of texts instead, one a file.")
  private String textFiles;

  @Option(
      names = "--text-field",
      paramLabel = "NAME",
      defaultValue = "text",
      description = "Field or column that holds the text (default: ${DEFAULT-VALUE}).")
  private String textField;

  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "20",
      description = "Texts to take, from the first (default: ${DEFAULT-VALUE}).")
  private int samples;

  @Option(
      names = "--max-length",
      paramLabel = "TOKENS",
      defaultValue = "256",
      description = "Where a text is cut (default: ${DEFAULT-VALUE}).")
  private int maxLength;

  @Option(
      names = "--min-tokens",
      paramLabel = "TOKENS",
      defaultValue = "2",
      description = "Texts of fewer are skipped (default: ${DEFAULT-VALUE}).")
  private int minTokens;

  @Option(
      names = "--objective",
      paramLabel = "KIND",
      defaultValue = "kl",
      description =
          "What is split over tensors: kl, the divergence of the output; loss, the difference in"
              + " loss on the texts; both (default: ${DEFAULT-VALUE}).")
  private Objective objective;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = AUTO,
      description =
          "Passes forward and backward that the split takes, 1 to 8; auto takes 2, and more where"
              + " the parts do not add up (default: ${DEFAULT-VALUE}).")
  private String nodes;

  @Option(
      names = "--alone",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Measure each of the N layers with the largest parts alone, too: only it changed, and all"
              + " but it.")
  private int alone;

  @Option(
      names = "--fisher",
      description =
          "Compute the base's Fisher information beside it: its share by tensor, and the usual"
              + " proxy 1/2 sum F delta^2.")
  private boolean fisher;

  @Option(
      names = "--weighting",
      paramLabel = "KIND",
      defaultValue = "sample",
      description =
          "In means: sample counts each text alike, token each token (default: ${DEFAULT-VALUE}).")
  private Weighting weighting;

  @Option(
      names = "--allow-config-field",
      paramLabel = "NAME",
      description =
          "Go on although config.json has this field and it is not known what it does; once for"
              + " each field. The report records it.")
  private List<String> allowConfigFields;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      defaultValue = "cpu",
      description = "cpu, or cuda:0 and so on (default: ${DEFAULT-VALUE}).")
  private String device;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that compute (default: all cores).")
  private Integer threads;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      defaultValue = "divergence_results",
      description = "Folder for the results (default: ${DEFAULT-VALUE}).")
  private Path output;

  @Option(
      names = {"-q", "--quiet"},
      description = "No progress and no summary.")
  private boolean quiet;

  @Override
  public Integer call() throws IOException {
    requireUse();
    CompareRequest request = request();
    requireTexts();
    System.setProperty("halcyon.fisher.device", device);
    return new LocalCompare(
            request,
            new ResultFolder(output),
            threads == null ? OptionalInt.empty() : OptionalInt.of(threads),
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
    List<ModelSpec> models = new ArrayList<>();
    for (int i = 0; i < fineTunes.size(); i++) {
      Optional<String> label = i < labels.size() ? Optional.of(labels.get(i)) : Optional.empty();
      models.add(new ModelSpec(fineTunes.get(i), label));
    }
    return models;
  }

  private DivergenceSettings settings() {
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
        Optional.of(fisher),
        null,
        allowConfigFields);
  }

  private int nodes() {
    if (nodes.equals(AUTO)) {
      return DivergenceSettings.AUTO;
    }
    if (nodes.matches("[1-" + DivergenceEstimator.MAX_NODES + "]")) {
      return Integer.parseInt(nodes);
    }
    throw wrongUse(
        "--nodes takes auto or a number from 1 to %d, not %s"
            .formatted(DivergenceEstimator.MAX_NODES, nodes));
  }

  private void requireUse() {
    requireAtLeast("--samples", samples, 1);
    requireAtLeast("--max-length", maxLength, 2);
    requireAtLeast("--min-tokens", minTokens, 2);
    requireAtLeast("--alone", alone, 0);
    if (threads != null) {
      requireAtLeast("--threads", threads, 1);
    }
    if (minTokens > maxLength) {
      throw wrongUse("--min-tokens is more than --max-length: no text would be left");
    }
    if (!device.matches(DEVICE)) {
      throw wrongUse("--device takes cpu or cuda:N, not " + device);
    }
    if (labels.size() > fineTunes.size()) {
      throw wrongUse("there are more --label than --fine-tune");
    }
    if (calibration != null && textFiles != null) {
      throw wrongUse("--calibration names a file and --text-files a folder: give one of them");
    }
    if (alone > 0 && !objective.hasKl()) {
      throw wrongUse("--alone needs --objective kl or both: it takes the layers from it");
    }
    nodes();
  }

  private void requireAtLeast(String option, int value, int least) {
    if (value < least) {
      throw wrongUse("%s takes a number of %d or more".formatted(option, least));
    }
  }

  /// Says at once what needs no services to be said.
  private void requireTexts() {
    boolean isFile = calibration != null && !HubTexts.isDataset(calibration);
    if (isFile && !Files.exists(Path.of(calibration))) {
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
