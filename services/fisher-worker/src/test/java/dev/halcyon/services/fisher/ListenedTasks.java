package dev.halcyon.services.fisher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.Topic;
import dev.halcyon.contracts.job.Failure;
import dev.halcyon.contracts.job.FisherTask;
import dev.halcyon.contracts.job.FisherTask.Range;
import dev.halcyon.contracts.job.FisherTask.TextsReference;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.request.CalibrationSettings;
import dev.halcyon.contracts.request.FisherSettings;
import dev.halcyon.contracts.request.FisherSettings.Diagonal;
import dev.halcyon.contracts.results.FisherOutcome;
import dev.halcyon.contracts.results.FisherResult;
import dev.halcyon.contracts.store.CalibrationTexts;
import dev.halcyon.contracts.store.CalibrationTexts.CalibrationText;
import dev.halcyon.contracts.store.Digest;
import dev.halcyon.contracts.store.PlacedModel;
import dev.halcyon.contracts.store.StoredObject;
import dev.halcyon.objectstore.MemoryObjectStore;
import dev.halcyon.services.common.LocalRoots;
import dev.halcyon.services.common.fixture.HandedRecord;
import dev.halcyon.services.common.fixture.LetterBox;
import dev.halcyon.transformer.MemoryBudget;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/// Tasks on a bundled model, handed to a listener, and what comes of them.
final class ListenedTasks {
  private static final int MIN_TOKENS = 4;
  static final List<String> TEXTS =
      List.of(
          "In the beginning God created the heaven and the earth.",
          "def add(a, b):\n    return a + b\n",
          "I",
          "The river runs past the mill and on to the sea, slowly in summer.",
          "for name in sorted(names):\n    print(name.strip())\n");
  static final int USABLE = 4;
  static final Machine MACHINE =
      new Machine("cpu", 1, MemoryBudget.standard(), LocalRoots.everywhere());

  final MemoryObjectStore store = new MemoryObjectStore();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final Recorded recorded = new Recorded();
  private final LetterBox box = new LetterBox();
  final TaskListener listener =
      new TaskListener(
          TaskHandler.on(store, store::read, MACHINE),
          recorded,
          box.deadLetters(),
          box.atWork(),
          meters);

  static final class Recorded implements Results {
    final List<FisherResult> results = new ArrayList<>();
    final List<JobEvent> events = new ArrayList<>();

    @Override
    public CompletableFuture<Void> result(FisherResult result) {
      results.add(result);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> event(JobEvent event) {
      events.add(event);
      return CompletableFuture.completedFuture(null);
    }
  }

  static Path model() {
    return Path.of(System.getProperty("halcyon.root"), "examples/models/base").toAbsolutePath();
  }

  private StoredObject parts() throws IOException {
    return PlacedModels.put(store, PlacedModels.inPlace(model()));
  }

  private TextsReference texts() throws IOException {
    byte[] content =
        Json.bytes(
            new CalibrationTexts(
                IntStream.range(0, TEXTS.size())
                    .mapToObj(i -> new CalibrationText("text " + i, TEXTS.get(i)))
                    .toList()));
    store.put("texts", content);
    StoredObject object = new StoredObject("texts", content.length, Digest.sha256(content));
    return new TextsReference("here", "digest", 0, object);
  }

  private static FisherSettings settings() {
    return FisherSettings.of(
        List.of(),
        new CalibrationSettings(Optional.empty(), Optional.empty(), null, null, null, MIN_TOKENS));
  }

  Range range(String job, int range, int ranges, Optional<Diagonal> save) throws IOException {
    return new Range(
        job,
        2,
        "base",
        model().toString(),
        parts(),
        texts(),
        range,
        ranges,
        range * TEXTS.size() / ranges,
        (range + 1) * TEXTS.size() / ranges,
        settings().estimator(),
        3,
        save,
        List.of());
  }

  FisherResult receive(FisherTask task) {
    int before = box.letters().size();
    hand(task);
    assertThat(box.letters()).hasSize(before);
    return recorded.results.getLast();
  }

  /// What the job is said to fail with.
  Failure refused(FisherTask task) {
    int before = box.letters().size();
    hand(task);
    assertThat(box.letters()).hasSize(before + 1);
    return ((JobEvent.Failed) recorded.events.getLast()).failure();
  }

  private void hand(FisherTask task) {
    HandedRecord record = HandedRecord.on(Topic.FISHER_TASKS, "job", Json.bytes(task));
    listener.receive(record);
    assertThat(record.isAcknowledged()).isTrue();
  }

  FisherOutcome outcome(FisherResult result) throws IOException {
    return Json.read(store.get(result.outcome().key()), FisherOutcome.class);
  }

  FisherOutcome whole(Optional<Diagonal> save) throws IOException {
    return outcome(receive(range("whole", 0, 1, save)));
  }

  /// A task for all texts on another model than the bundled one.
  Range of(PlacedModel model) throws IOException {
    return of(model, List.of());
  }

  Range of(PlacedModel model, List<String> allowedFields) throws IOException {
    Range task = range("other", 0, 1, Optional.empty());
    return new Range(
        task.jobId(),
        task.attempt(),
        task.model(),
        model.source(),
        PlacedModels.put(store, model),
        task.calibration(),
        0,
        1,
        0,
        TEXTS.size(),
        task.estimator(),
        3,
        Optional.empty(),
        allowedFields);
  }

  /// The bundled model with another config.
  ///
  /// @param folder that takes its files
  PlacedModel changed(Path folder, String field, String instead) throws IOException {
    for (String file : List.of("tokenizer.json", "model.safetensors")) {
      Files.copy(model().resolve(file), folder.resolve(file));
    }
    String config = Files.readString(model().resolve("config.json"));
    assertThat(config).contains(field);
    Files.writeString(folder.resolve("config.json"), config.replace(field, instead));
    return PlacedModels.inPlace(folder);
  }
}
