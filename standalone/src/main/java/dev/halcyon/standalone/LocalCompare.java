package dev.halcyon.standalone;

import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.job.Failure;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.request.Analysis;
import dev.halcyon.contracts.request.CalibrationSettings;
import dev.halcyon.contracts.request.CompareRequest;
import dev.halcyon.contracts.request.DivergenceSettings;
import dev.halcyon.contracts.request.FisherSettings;
import dev.halcyon.contracts.request.ModelName;
import dev.halcyon.contracts.request.ModelSpec;
import dev.halcyon.contracts.results.DivergenceReport;
import dev.halcyon.contracts.results.FisherReport;
import dev.halcyon.contracts.results.Report;
import dev.halcyon.contracts.results.ResultManifest;
import dev.halcyon.contracts.results.ResultManifest.ResultFile;
import dev.halcyon.objectstore.ObjectStore;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Stream;

/// A comparison from start to end in this JVM: request, services, results.
final class LocalCompare {
  private final CompareRequest request;
  private final ResultFolder results;
  private final OptionalInt threads;
  private final Optional<FailIf> failIf;
  private final Function<Report, Map<String, byte[]>> further;
  private final Console console;

  /// @param threads that compute; all cores where empty
  /// @param failIf what ends the command with a status of its own
  LocalCompare(
      CompareRequest request,
      ResultFolder results,
      OptionalInt threads,
      Optional<FailIf> failIf,
      Console console) {
    this(request, results, threads, failIf, _ -> Map.of(), console);
  }

  /// @param further files beside the job's own, by name
  LocalCompare(
      CompareRequest request,
      ResultFolder results,
      OptionalInt threads,
      Optional<FailIf> failIf,
      Function<Report, Map<String, byte[]>> further,
      Console console) {
    this.request = request;
    this.results = results;
    this.threads = threads;
    this.failIf = failIf;
    this.further = further;
    this.console = console;
  }

  /// Returns the exit status.
  int run() throws IOException {
    LocalLog.begin();
    LocalModels.requireNamed(request.models());
    results.check();
    WorkFolder work = WorkFolder.create();
    ObjectStore store = LocalModels.store(work, request.models());
    Ending.atOnceAfter(() -> cleanUp(store, work));
    work.requireRoom();
    prepareKernels();
    CompareRequest local = withLocalTexts(work.temporary());
    try (store) {
      return follow(store, surroundings(store, work, local), local);
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      return Ending.hasBegun() ? ExitCode.INTERRUPTED.status() : Halcyon.report(e, console.err());
    }
  }

  private LocalServices.Surroundings surroundings(
      ObjectStore store, WorkFolder work, CompareRequest local) {
    return new LocalServices.Surroundings(
        store, roots(local), work.temporary(), new LocalSettings(System.getenv(), threads));
  }

  /// The request with the calibration texts of data sets on the Hub in files below that folder.
  private CompareRequest withLocalTexts(Path folder) throws IOException {
    Optional<FisherSettings> fisher = request.fisher();
    if (isRemote(fisher.map(FisherSettings::texts))) {
      CalibrationSettings texts =
          HubTexts.fetch(fisher.orElseThrow().texts(), folder.resolve("fisher-texts"));
      fisher = fisher.map(settings -> settings.on(texts));
    }
    Optional<DivergenceSettings> divergence = request.divergence();
    if (isRemote(divergence.map(DivergenceSettings::texts))) {
      CalibrationSettings texts =
          HubTexts.fetch(divergence.orElseThrow().texts(), folder.resolve("divergence-texts"));
      divergence = divergence.map(settings -> settings.on(texts));
    }
    return request.with(request.models(), fisher, divergence);
  }

  private static boolean isRemote(Optional<CalibrationSettings> texts) {
    return texts.flatMap(CalibrationSettings::calibration).filter(HubTexts::isDataset).isPresent();
  }

  private void prepareKernels() {
    String base = request.base().model();
    if (request.analyses().contains(Analysis.SIMILARITY) && LocalModels.isLocal(base)) {
      KernelPreparation.begin(Path.of(base), request.models().size());
    }
  }

  /// The models that are folders.
  private List<ModelSpec> locals() {
    return request.models().stream().filter(model -> LocalModels.isLocal(model.model())).toList();
  }

  /// The requested folders are all that the request may name.
  private List<Path> roots(CompareRequest local) {
    Stream<String> models = locals().stream().map(ModelSpec::model);
    Stream<String> texts =
        local.texts().stream()
            .flatMap(wanted ->
                Stream.concat(wanted.calibration().stream(), wanted.textFiles().stream()));
    return Stream.concat(models, texts)
        .map(path -> Path.of(path).toAbsolutePath().normalize())
        .distinct()
        .toList();
  }

  private int follow(ObjectStore store, LocalServices.Surroundings given, CompareRequest local)
      throws IOException {
    JobOutcome outcome;
    try (ProgressDisplay progress = ProgressDisplay.of(console)) {
      outcome = LocalServices.run(given, absolute(local), progress::update);
    }
    return switch (outcome) {
      case JobOutcome.Ready ready -> deliver(store, ready);
      case JobOutcome.Failed failed -> fail(failed.failure());
    };
  }

  /// The request with folders that mean the same wherever it is read.
  private static CompareRequest absolute(CompareRequest request) {
    return request.with(
        request.models().stream().map(LocalModels::absolute).toList(),
        request.fisher().map(fisher -> fisher.on(absolute(fisher.texts()))),
        request.divergence().map(divergence -> divergence.on(absolute(divergence.texts()))));
  }

  private static CalibrationSettings absolute(CalibrationSettings texts) {
    return texts.from(
        texts.calibration().map(LocalCompare::absolute),
        texts.textFiles().map(LocalCompare::absolute),
        texts.textField());
  }

  private static String absolute(String path) {
    return new File(path).getAbsolutePath();
  }

  private int deliver(ObjectStore store, JobOutcome.Ready ready) throws IOException {
    ResultManifest manifest = results.fill(store, ready.jobId(), ready.renderingId());
    Report report = Json.read(store.get(StoreKeys.report(ready.jobId())), Report.class);
    List<String> files = new ArrayList<>(manifest.files().stream().map(ResultFile::name).toList());
    files.addAll(results.add(further.apply(report)));
    summary(report).forEach(console::say);
    console.say("");
    console.say("Results are in " + results.path() + ":");
    files.forEach(file -> console.say("  " + file));
    manifest.notes().forEach(note -> console.say("Note: " + note + "."));
    return failIf.map(gate -> gate.judge(report, console)).orElse(ExitCode.DONE).status();
  }

  private List<String> summary(Report report) {
    List<String> lines = new ArrayList<>();
    if (report.request().analyses().equals(AnalysisSummary.ANALYSES)) {
      lines.addAll(new AnalysisSummary(report, request.labels()).lines());
    } else {
      lines.addAll(separately(report));
    }
    lines.addAll(new ModelNotes(report.models(), request.labels()).lines());
    return lines;
  }

  /// Each analysis by itself.
  private List<String> separately(Report report) {
    List<String> lines = new ArrayList<>();
    if (report.request().analyses().contains(Analysis.SIMILARITY)) {
      lines.addAll(new SummaryTable(report, request.labels()).lines());
    }
    for (Report.ModelFisher model : report.fisher()) {
      lines.addAll(
          new FisherSummary(label(model.model(), model.report().model()), model.report()).lines());
    }
    report.divergence().ifPresent(found -> lines.addAll(divergence(found)));
    return lines;
  }

  private List<String> divergence(DivergenceReport found) {
    List<String> labels =
        found.fineTunes().stream()
            .map(fineTune -> label(fineTune.name(), fineTune.model()))
            .toList();
    return new DivergenceSummary(found, labels).lines();
  }

  /// What a model was asked to be called, or else what it is called.
  private String label(String name, FisherReport.Model model) {
    int place = ModelName.all(request.models().size()).indexOf(name);
    return request.models().get(place).label().orElse(model.name());
  }

  private int fail(Failure failure) {
    if (!Ending.hasBegun()) {
      console.err().println("halcyon: " + failure.message());
      console.err().flush();
    }
    return ExitCode.of(failure.cause()).status();
  }

  private void cleanUp(ObjectStore store, WorkFolder work) {
    store.close();
    try {
      results.discard();
    } catch (IOException e) {
      console.err().println("halcyon: " + e.getMessage());
    }
    work.close();
  }
}
