package dev.halcyon.standalone;

import dev.halcyon.analysis.divergence.DivergenceFiles;
import dev.halcyon.analysis.divergence.DivergenceRollUp;
import dev.halcyon.calibration.Calibration;
import dev.halcyon.calibration.CalibrationException;
import dev.halcyon.calibration.CalibrationOptions;
import dev.halcyon.calibration.CalibrationReader;
import dev.halcyon.contracts.DivergenceOutcome;
import dev.halcyon.contracts.DivergenceReport;
import dev.halcyon.contracts.DivergenceSettings;
import dev.halcyon.contracts.FisherCalibration;
import dev.halcyon.contracts.FisherReport;
import dev.halcyon.contracts.FisherSettings;
import dev.halcyon.contracts.Json;
import dev.halcyon.contracts.ModelName;
import dev.halcyon.report.ReportContent;
import dev.halcyon.report.ReportPage;
import dev.halcyon.services.common.BadInputException;
import dev.halcyon.tensors.Checkpoint;
import dev.halcyon.transformer.DecoderModel;
import dev.halcyon.transformer.ModelTokenizer;
import dev.halcyon.transformer.TokenSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A divergence from start to end in this JVM.
///
/// @param models to compare
/// @param texts to measure on
/// @param settings how
/// @param extent what beside it
/// @param compute on what
/// @param console for progress and summary
record LocalDivergence(
    Models models,
    Texts texts,
    DivergenceSettings settings,
    Extent extent,
    Compute compute,
    Console console) {
  private static final String PAGE = "report.html";
  private static final String REPORT = "report.json";

  /// @param base folder
  /// @param fineTunes folders
  /// @param labels of the fine-tunes
  record Models(Path base, List<Path> fineTunes, List<String> labels) {}

  /// @param calibration file or data set
  /// @param folder of texts
  /// @param field that holds the text
  /// @param samples to take at most
  record Texts(Optional<String> calibration, Optional<Path> folder, String field, int samples) {}

  /// @param alone layers to measure by themselves
  /// @param fisher whether the base's Fisher information is computed
  record Extent(int alone, boolean fisher) {}

  /// @param device `cpu` or `cuda:N`
  /// @param threads that compute
  record Compute(String device, int threads) {}

  /// @param schema version of this record, 1
  /// @param divergence all of it
  record Results(int schema, DivergenceReport divergence) {}

  /// Writes the results into a folder.
  void run(Path output) throws IOException {
    ResultFolder folder = new ResultFolder(output);
    folder.check();
    Calibration calibration = calibration();
    DivergenceReport report = report(calibration);
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(PAGE, ReportPage.of(ReportContent.of(report, labels())));
    files.put(REPORT, Json.prettyBytes(new Results(1, report)));
    files.putAll(DivergenceFiles.of(report));
    files.putAll(DivergenceFigures.of(report, models.labels()));
    write(folder.path(), files);
    new DivergenceSummary(report, models.labels()).lines().forEach(console::say);
    console.say("");
    console.say("Results are in " + folder.path() + ":");
    files.keySet().forEach(name -> console.say("  " + name));
  }

  /// Labels of all models.
  private List<String> labels() {
    List<String> labels = new ArrayList<>(List.of(ModelName.BASE));
    labels.addAll(models.labels());
    return labels;
  }

  private DivergenceReport report(Calibration calibration) throws IOException {
    List<DecoderModel> fineTunes = new ArrayList<>();
    try (DecoderModel base = opened(models.base());
        ModelTokenizer tokenizer = ModelTokenizer.open(models.base())) {
      for (Path folder : models.fineTunes()) {
        fineTunes.add(opened(folder));
      }
      TokenizedTexts tokenized = TokenizedTexts.of(calibration, tokenizer, settings);
      tokenized.requireAny();
      LocalDivergenceRun run =
          new LocalDivergenceRun(base, fineTunes, tokenized, settings, extent, compute, console);
      return report(calibration, run.outcomes(), run.fisherShares(), tokenized);
    } catch (RuntimeException e) {
      throw EngineProblems.classed(e);
    } finally {
      for (DecoderModel model : fineTunes) {
        model.close();
      }
    }
  }

  private DivergenceReport report(
      Calibration calibration,
      List<DivergenceOutcome> outcomes,
      Map<String, Double> fisherShares,
      TokenizedTexts tokenized)
      throws IOException {
    List<DivergenceReport.FineTune> fineTunes = new ArrayList<>();
    for (int i = 0; i < outcomes.size(); i++) {
      fineTunes.add(
          new DivergenceRollUp(outcomes.get(i), settings, fisherShares)
              .report(described(models.fineTunes().get(i))));
    }
    return new DivergenceReport(
        DivergenceReport.SCHEMA,
        described(models.base()),
        settings,
        new FisherCalibration(
            calibration.source(),
            calibration.digest(),
            calibration.blank(),
            tokenized.tooShort(),
            outcomes.getFirst().leftOut()),
        fineTunes);
  }

  private static FisherReport.Model described(Path folder) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      return new FisherReport.Model(folder.toString(), checkpoint.fingerprint());
    }
  }

  private static DecoderModel opened(Path folder) throws IOException {
    return DecoderModel.open(folder);
  }

  private Calibration calibration() throws IOException {
    CalibrationOptions options =
        CalibrationOptions.first(texts.samples()).withTextField(texts.field());
    try {
      if (texts.folder().isPresent()) {
        return CalibrationReader.ofFolder(texts.folder().get(), options);
      }
      if (texts.calibration().isEmpty()) {
        return CalibrationReader.builtIn(options);
      }
      String named = texts.calibration().get();
      return HubTexts.isDataset(named)
          ? fetched(named, options)
          : CalibrationReader.ofFile(Path.of(named), options);
    } catch (CalibrationException e) {
      throw new BadInputException(e.getMessage(), e);
    }
  }

  private Calibration fetched(String dataset, CalibrationOptions options) throws IOException {
    Path folder = Files.createTempDirectory("halcyon-texts");
    try {
      FisherSettings file =
          HubTexts.fetched(FisherSettings.standard().fromFile(dataset, texts.field()), folder);
      return CalibrationReader.ofFile(
          Path.of(file.calibration().orElseThrow()), options.withTextField(file.textField()));
    } finally {
      LockedFolder.delete(folder);
    }
  }

  /// All files are written before the first is moved to its place.
  private static void write(Path folder, Map<String, byte[]> files) throws IOException {
    Files.createDirectories(folder);
    Path staging = Files.createTempDirectory(folder, ".halcyon-");
    try {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        Files.write(staging.resolve(file.getKey()), file.getValue());
      }
      for (String name : files.keySet()) {
        Files.move(
            staging.resolve(name),
            folder.resolve(name),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      LockedFolder.delete(staging);
    }
  }

  /// Names of the fine-tunes in results.
  static String name(int fineTune) {
    return ModelName.of(fineTune + 1);
  }

  /// The texts in tokens.
  ///
  /// @param calibration they come from
  /// @param samples those with tokens enough; a sample's id is its text's place in the set
  /// @param tooShort how many have not
  /// @param minTokens that are enough
  record TokenizedTexts(
      Calibration calibration, List<TokenSample> samples, long tooShort, int minTokens) {
    static TokenizedTexts of(
        Calibration calibration, ModelTokenizer tokenizer, DivergenceSettings settings) {
      List<TokenSample> samples = new ArrayList<>();
      long tooShort = 0;
      for (int i = 0; i < calibration.samples().size(); i++) {
        int[] tokens = tokenizer.encode(calibration.samples().get(i).text(), settings.maxLength());
        if (tokens.length < settings.minTokens()) {
          tooShort++;
        } else {
          samples.add(new TokenSample(i, tokens));
        }
      }
      return new TokenizedTexts(calibration, samples, tooShort, settings.minTokens());
    }

    void requireAny() {
      if (samples.isEmpty()) {
        throw new BadInputException(
            ("none of the %d calibration samples has %d tokens or more (--min-tokens): give longer"
                    + " texts")
                .formatted(tooShort, minTokens));
      }
    }

    /// What a text is called.
    String name(long id) {
      return calibration.samples().get(Math.toIntExact(id)).id();
    }
  }
}
