package dev.halcyon.standalone;

import dev.halcyon.contracts.Analysis;
import dev.halcyon.contracts.CompareRequest;
import dev.halcyon.contracts.FisherEstimator.Labels;
import dev.halcyon.contracts.FisherEstimator.Precision;
import dev.halcyon.contracts.FisherEstimator.Weighting;
import dev.halcyon.contracts.FisherSettings;
import dev.halcyon.contracts.FisherSettings.Diagonal;
import dev.halcyon.contracts.ModelSpec;
import dev.halcyon.hub.ModelReference;
import dev.halcyon.services.common.BadInputException;
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
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `halcyon fisher`.
@Command(
    name = "fisher",
    description = "Tells which parameters of a model matter: its diagonal Fisher information.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class FisherCommand implements Callable<Integer> {
  private static final String AUTO = "auto";
  private static final String DEVICE = "cpu|cuda:[0-9]+";

  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "MODEL",
      description =
          "Folder of the model (config.json, tokenizer.json, safetensors), or org/name on the Hub.")
  private String model;

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
      description = "Field or column that holds the text (default: text).")
  private String textField;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "Texts to take, from the first (default: 20).")
  private Integer samples;

  @Option(
      names = "--max-length",
      paramLabel = "TOKENS",
      description = "Where a text is cut (default: 256).")
  private Integer maxLength;

  @Option(
      names = "--min-tokens",
      paramLabel = "TOKENS",
      description = "Texts of fewer are skipped (default: 2).")
  private Integer minTokens;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = AUTO,
      description =
          "Texts that go through the model together; no result depends on it. auto takes all that"
              + " fit, which is fastest (default: ${DEFAULT-VALUE}).")
  private String batchSize;

  @Option(
      names = "--labels",
      paramLabel = "KIND",
      description =
          "Whose loss is differentiated: empirical, the text's own next tokens, or sampled, drawn"
              + " from the model (default: empirical).")
  private Labels labels;

  @Option(names = "--seed", paramLabel = "N", description = "Of drawn labels (default: 42).")
  private Long seed;

  @Option(
      names = "--weighting",
      paramLabel = "KIND",
      description =
          "sample: each text counts alike; token: its squared gradient times its tokens (default:"
              + " sample).")
  private Weighting weighting;

  @Option(
      names = "--precision",
      paramLabel = "KIND",
      description = "Of weights and activations: fp32, bf16, fp16 (default: fp32).")
  private Precision precision;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      defaultValue = "cpu",
      description = "cpu, or cuda:0 and so on (default: ${DEFAULT-VALUE}).")
  private String device;

  @Option(
      names = "--chunks",
      paramLabel = "N",
      description = "Cut each component into N equal runs of elements, too.")
  private Integer chunks;

  @Option(
      names = "--save-diagonal",
      paramLabel = "FORMAT",
      description = "Save every entry: safetensors, or pt for torch.load.")
  private Diagonal saveDiagonal;

  @Option(
      names = "--allow-config-field",
      paramLabel = "NAME",
      description =
          "Go on although config.json has this field and it is not known what it does; once for"
              + " each field. The report records it.")
  private List<String> allowConfigFields;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that compute (default: all cores).")
  private Integer threads;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      defaultValue = "fisher_results",
      description = "Folder for the results (default: ${DEFAULT-VALUE}).")
  private Path output;

  @Option(
      names = {"-q", "--quiet"},
      description = "No progress and no summary.")
  private boolean quiet;

  @Override
  public Integer call() throws IOException {
    if (threads != null && threads < 1) {
      throw wrongUse("--threads takes a number of 1 or more");
    }
    if (!device.matches(DEVICE)) {
      throw wrongUse("--device takes cpu or cuda:N, not " + device);
    }
    batch().ifPresent(size -> System.setProperty("halcyon.fisher.batch-size", "" + size));
    CompareRequest request = request();
    requireModel();
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
        Optional.ofNullable(calibration),
        Optional.ofNullable(textFiles),
        textField,
        samples,
        maxLength,
        minTokens,
        labels,
        weighting,
        precision,
        seed,
        chunks,
        Optional.ofNullable(saveDiagonal),
        null,
        allowConfigFields);
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
