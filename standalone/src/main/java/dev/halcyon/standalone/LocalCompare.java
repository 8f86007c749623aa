package dev.halcyon.standalone;

import dev.halcyon.contracts.Analysis;
import dev.halcyon.contracts.CompareRequest;
import dev.halcyon.contracts.Failure;
import dev.halcyon.contracts.FisherSettings;
import dev.halcyon.contracts.Json;
import dev.halcyon.contracts.ModelName;
import dev.halcyon.contracts.ModelSpec;
import dev.halcyon.contracts.Report;
import dev.halcyon.contracts.ResultManifest;
import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.objectstore.ObjectStore;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/// A comparison from start to end in this JVM: request, services, results.
final class LocalCompare {
  private final CompareRequest request;
  private final ResultFolder results;
  private final OptionalInt threads;
  private final Optional<FailIf> failIf;
  private final Console console;

  /// @param threads that compute; all cores where empty
  /// @param failIf what ends the command with a status of its own
  LocalCompare(
      CompareRequest request,
      ResultFolder results,
      OptionalInt threads,
      Optional<FailIf> failIf,
      Console console) {
    this.request = request;
    this.results = results;
    this.threads = threads;
    this.failIf = failIf;
    this.console = console;
  }

  /// Returns the exit status.
  int run() throws IOException {
    LocalLog.begin();
    LocalModels.requireNamed(request.models());
    results.check();
    WorkFolder work = WorkFolder.create();
    Ending.atOnceAfter(() -> cleanUp(work));
    work.requireRoom();
    System.setProperty("halcyon.plots.font-folder", work.temporary().toString());
    prepareKernels();
    CompareRequest local = withLocalTexts(work.temporary());
    try (ObjectStore store = LocalModels.store(work, request.models())) {
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

  /// The request with the calibration texts of a data set on the Hub in a file of that folder.
  private CompareRequest withLocalTexts(Path folder) throws IOException {
    Optional<FisherSettings> remote =
        request
            .fisher()
            .filter(fisher -> fisher.calibration().filter(HubTexts::isDataset).isPresent());
    return remote.isEmpty() ? request : with(HubTexts.fetched(remote.orElseThrow(), folder));
  }

  private CompareRequest with(FisherSettings fisher) {
    return new CompareRequest(
        request.base(),
        request.fineTunes(),
        request.analyses(),
        request.components(),
        request.scale(),
        Optional.of(fisher),
        request.output());
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
        local.fisher().stream()
            .flatMap(fisher ->
                Stream.concat(fisher.calibration().stream(), fisher.textFiles().stream()));
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
    return new CompareRequest(
        LocalModels.absolute(request.base()),
        request.fineTunes().stream().map(LocalModels::absolute).toList(),
        request.analyses(),
        request.components(),
        request.scale(),
        request.fisher().map(LocalCompare::absolute),
        request.output());
  }

  private static FisherSettings absolute(FisherSettings fisher) {
    return fisher.from(
        fisher.calibration().map(LocalCompare::absolute),
        fisher.textFiles().map(LocalCompare::absolute));
  }

  private static String absolute(String path) {
    return new File(path).getAbsolutePath();
  }

  private int deliver(ObjectStore store, JobOutcome.Ready ready) throws IOException {
    ResultManifest manifest = results.fill(store, ready.jobId(), ready.renderingId());
    Report report = Json.read(store.get(StoreKeys.report(ready.jobId())), Report.class);
    summary(report, manifest).forEach(console::say);
    return failIf.map(gate -> gate.judge(report, console)).orElse(ExitCode.DONE).status();
  }

  private List<String> summary(Report report, ResultManifest manifest) {
    List<String> lines = new ArrayList<>();
    if (report.request().analyses().contains(Analysis.SIMILARITY)) {
      lines.addAll(new SummaryTable(report, request.labels()).lines());
    }
    for (Report.ModelFisher model : report.fisher()) {
      lines.addAll(new FisherSummary(label(model), model.report()).lines());
    }
    lines.addAll(new ModelNotes(report.models(), request.labels()).lines());
    lines.add("");
    lines.add("Results are in " + results.path() + ":");
    manifest.files().forEach(file -> lines.add("  " + file.name()));
    manifest.notes().forEach(note -> lines.add("Note: " + note + "."));
    return lines;
  }

  private String label(Report.ModelFisher model) {
    int place = ModelName.all(request.models().size()).indexOf(model.model());
    return request.models().get(place).label().orElse(model.report().model().name());
  }

  private int fail(Failure failure) {
    if (!Ending.hasBegun()) {
      console.err().println("halcyon: " + failure.message());
      console.err().flush();
    }
    return ExitCode.of(failure.cause()).status();
  }

  private void cleanUp(WorkFolder work) {
    try {
      results.discard();
    } catch (IOException e) {
      console.err().println("halcyon: " + e.getMessage());
    }
    work.close();
  }
}
