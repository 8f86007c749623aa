package dev.halcyon.services.fisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.Topic;
import dev.halcyon.contracts.job.Failure;
import dev.halcyon.contracts.job.FisherProgress;
import dev.halcyon.contracts.job.FisherTask;
import dev.halcyon.contracts.job.FisherTask.Merge;
import dev.halcyon.contracts.job.FisherTask.Range;
import dev.halcyon.contracts.job.FisherTask.TextsReference;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.request.CalibrationSettings;
import dev.halcyon.contracts.request.FisherSettings;
import dev.halcyon.contracts.request.FisherSettings.Diagonal;
import dev.halcyon.contracts.results.FisherCheckpoint;
import dev.halcyon.contracts.results.FisherOutcome;
import dev.halcyon.contracts.results.FisherOutcome.SavedDiagonal;
import dev.halcyon.contracts.results.FisherOutcome.SavedFile;
import dev.halcyon.contracts.results.FisherResult;
import dev.halcyon.contracts.results.FisherSample;
import dev.halcyon.contracts.results.FisherTensor;
import dev.halcyon.contracts.store.CalibrationTexts;
import dev.halcyon.contracts.store.CalibrationTexts.CalibrationText;
import dev.halcyon.contracts.store.Digest;
import dev.halcyon.contracts.store.PlacedModel;
import dev.halcyon.contracts.store.StoredObject;
import dev.halcyon.contracts.store.TensorCopy;
import dev.halcyon.objectstore.MemoryObjectStore;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.EndedAttempts;
import dev.halcyon.services.common.fixture.HandedRecord;
import dev.halcyon.services.common.fixture.LetterBox;
import dev.halcyon.services.common.models.ModelUse;
import dev.halcyon.tensors.Checkpoint;
import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.TensorInfo;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tasks on a bundled model, with messages handed to the listener.
class TaskListenerTest {
  private static final int MIN_TOKENS = 4;
  private static final List<String> TEXTS =
      List.of(
          "In the beginning God created the heaven and the earth.",
          "def add(a, b):\n    return a + b\n",
          "I",
          "The river runs past the mill and on to the sea, slowly in summer.",
          "for name in sorted(names):\n    print(name.strip())\n");
  private static final int USABLE = 4;

  @TempDir private Path folder;
  private final MemoryObjectStore store = new MemoryObjectStore();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Recorded recorded = new Recorded();
  private final LetterBox box = new LetterBox();
  private final TaskListener listener =
      new TaskListener(
          TaskHandler.on(store, new Machine("cpu", 1)),
          recorded,
          box.deadLetters(),
          box.atWork(),
          meters);

  private static final class Recorded implements Results {
    private final List<FisherResult> results = new ArrayList<>();
    private final List<JobEvent> events = new ArrayList<>();

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

  private static Path model() {
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

  private Range range(String job, int range, int ranges, Optional<Diagonal> save)
      throws IOException {
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

  private FisherResult receive(FisherTask task) {
    int before = box.letters().size();
    hand(task);
    assertThat(box.letters()).hasSize(before);
    return recorded.results.getLast();
  }

  /// What the job is said to fail with.
  private Failure refused(FisherTask task) {
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

  private FisherOutcome outcome(FisherResult result) throws IOException {
    return Json.read(store.get(result.outcome().key()), FisherOutcome.class);
  }

  private FisherOutcome whole(Optional<Diagonal> save) throws IOException {
    return outcome(receive(range("whole", 0, 1, save)));
  }

  @Test
  void rangesAddUpToWhatOneWorkerComputes() throws IOException {
    FisherOutcome whole = whole(Optional.empty());
    List<StoredObject> parts = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      FisherResult part = receive(range("parts", i, 3, Optional.empty()));
      assertThat(part.complete()).isFalse();
      parts.add(part.outcome());
    }
    FisherResult merged = receive(new Merge("parts", 2, "base", parts, 3, Optional.empty()));

    assertThat(merged.complete()).isTrue();
    FisherOutcome sum = outcome(merged);
    assertThat(sum.samples())
        .extracting(FisherSample::sample)
        .containsExactly("text 0", "text 1", "text 3", "text 4");
    assertThat(sum.tooShort()).isEqualTo(1);
    assertThat(sum.tensors()).hasSameSizeAs(whole.tensors());
    for (int i = 0; i < whole.tensors().size(); i++) {
      assertSame(sum.tensors().get(i), whole.tensors().get(i));
    }
  }

  private Merge merge(int ranges) throws IOException {
    List<StoredObject> parts = new ArrayList<>();
    for (int i = 0; i < ranges; i++) {
      parts.add(receive(range("parts", i, ranges, Optional.empty())).outcome());
    }
    return new Merge("parts", 2, "base", parts, 3, Optional.empty());
  }

  private List<StoredObject> sums(Merge merge) throws IOException {
    List<StoredObject> sums = new ArrayList<>();
    for (StoredObject part : merge.outcomes()) {
      Json.read(store.get(part.key()), FisherOutcome.class)
          .partials()
          .forEach(partial -> sums.add(partial.sum()));
    }
    return sums;
  }

  @Test
  void sumsOfRangesGoWhenTheyAreAddedUpAndTheTaskMayComeAgain() throws IOException {
    Merge merge = merge(2);
    List<StoredObject> sums = sums(merge);
    assertThat(sums).isNotEmpty();
    for (StoredObject sum : sums) {
      assertThat(store.find(sum.key())).isPresent();
    }
    FisherResult merged = receive(merge);

    for (StoredObject sum : sums) {
      assertThat(store.find(sum.key())).isEmpty();
    }
    assertThat(receive(merge)).isEqualTo(merged);
  }

  /// Another worker has the same task, ends first and removes the sums that this one still reads.
  @Test
  void whoAddsUpRangesAtTheSameTimeAsAnotherHasTheOthersOutcome() throws IOException {
    Merge merge = merge(2);
    AtomicBoolean begun = new AtomicBoolean();
    ObjectStore overtaken =
        (ObjectStore)
            Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(),
                new Class<?>[] {ObjectStore.class},
                (_, method, arguments) -> {
                  if (method.getName().equals("read") && !begun.getAndSet(true)) {
                    receive(merge);
                  }
                  try {
                    return method.invoke(store, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    FisherResult result = TaskHandler.on(overtaken, new Machine("cpu", 1)).handle(merge, _ -> {});

    assertThat(begun).isTrue();
    assertThat(result).isEqualTo(recorded.results.getLast());
  }

  private static void assertSame(FisherTensor merged, FisherTensor whole) {
    assertThat(merged.parameter()).isEqualTo(whole.parameter());
    assertThat(merged.shape()).isEqualTo(whole.shape());
    double sum = whole.statistics().sum();
    assertThat(sum).isPositive();
    assertThat(merged.statistics().sum()).isCloseTo(sum, within(1e-5 * sum));
    assertThat(merged.statistics().max())
        .isCloseTo(whole.statistics().max(), within(1e-4 * whole.statistics().max()));
    for (int i = 0; i < USABLE; i++) {
      assertThat(merged.sampleSums().get(i))
          .isCloseTo(whole.sampleSums().get(i), within(1e-5 * USABLE * sum));
    }
    for (int i = 0; i < whole.chunkSums().size(); i++) {
      assertThat(merged.chunkSums().get(i)).isCloseTo(whole.chunkSums().get(i), within(1e-5 * sum));
    }
  }

  @Test
  void theMeanOverSamplesIsWhatTheStatisticsAreOf() throws IOException {
    for (FisherTensor tensor : whole(Optional.empty()).tensors()) {
      double ofSamples =
          tensor.sampleSums().stream().mapToDouble(Double::doubleValue).sum() / USABLE;
      assertThat(tensor.statistics().sum()).isCloseTo(ofSamples, within(1e-5 * ofSamples));
    }
  }

  @Test
  void theSavedDiagonalHoldsEveryEntry() throws IOException {
    FisherOutcome outcome = whole(Optional.of(Diagonal.SAFETENSORS));
    SavedDiagonal saved = outcome.diagonal().orElseThrow();
    byte[] content = store.get(saved.object().key());
    Path file = Files.write(folder.resolve(saved.file()), content);

    assertThat(saved.file()).isEqualTo("fisher_diagonal.safetensors");
    assertThat(Digest.sha256(content)).isEqualTo(saved.object().sha256());
    try (Checkpoint diagonal = Checkpoint.open(file)) {
      for (FisherTensor tensor : outcome.tensors()) {
        MemorySegment entries = diagonal.map(diagonal.find(tensor.parameter()).orElseThrow());
        ByteBuffer values = entries.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        double sum = 0;
        while (values.hasRemaining()) {
          sum += values.getFloat();
        }
        assertThat(sum).isCloseTo(tensor.statistics().sum(), within(1e-9 * sum));
      }
    }
  }

  @Test
  void aDiagonalSavedAsACheckpointHasNamesAndShapesOfTheModel() throws IOException {
    FisherOutcome outcome = whole(Optional.of(Diagonal.CHECKPOINT));
    SavedDiagonal saved = outcome.diagonal().orElseThrow();
    Path written = write(saved).resolve("fisher_diagonal");

    assertThat(saved.files())
        .extracting(SavedFile::file)
        .containsExactly(
            "fisher_diagonal/model-00001-of-00001.safetensors",
            "fisher_diagonal/model.safetensors.index.json",
            "fisher_diagonal/config.json");
    try (Checkpoint diagonal = Checkpoint.open(written);
        Checkpoint weights = Checkpoint.open(model())) {
      assertThat(diagonal.tensors())
          .extracting(TensorInfo::name, TensorInfo::shape)
          .containsExactlyInAnyOrderElementsOf(
              weights.tensors().stream().map(w -> tuple(w.name(), w.shape())).toList());
      assertThat(diagonal.tensors()).extracting(TensorInfo::dtype).containsOnly(DType.F32);
    }
    assertThat(store.get(saved.object().key()))
        .as("the values")
        .isEqualTo(
            store.get(
                outcome(receive(range("single", 0, 1, Optional.of(Diagonal.SAFETENSORS))))
                    .diagonal()
                    .orElseThrow()
                    .object()
                    .key()));
    assertThat(Files.readString(written.resolve("config.json")))
        .contains("\"LlamaForCausalLM\"")
        .contains("\"float32\"");
  }

  @Test
  void rangesSaveTheCheckpointOfTheWhole() throws IOException {
    Optional<Diagonal> save = Optional.of(Diagonal.CHECKPOINT);
    List<StoredObject> parts = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      parts.add(receive(range("parts", i, 2, save)).outcome());
    }
    SavedDiagonal merged =
        outcome(receive(new Merge("parts", 2, "base", parts, 3, save))).diagonal().orElseThrow();
    SavedDiagonal whole = whole(save).diagonal().orElseThrow();

    assertThat(merged.files())
        .extracting(SavedFile::file)
        .isEqualTo(whole.files().stream().map(SavedFile::file).toList());
    assertThat(merged.companions())
        .extracting(companion -> companion.object().sha256())
        .isEqualTo(whole.companions().stream().map(file -> file.object().sha256()).toList());
  }

  private Path write(SavedDiagonal saved) throws IOException {
    for (SavedFile file : saved.files()) {
      Path target = folder.resolve(file.file());
      Files.createDirectories(target.getParent());
      Files.write(target, store.get(file.object().key()));
    }
    return folder;
  }

  @Test
  void aTaskOfAnAttemptThatHasEndedIsLeftAlone() throws IOException {
    store.put(StoreKeys.failed("whole", 2), new byte[0]);
    Range task = range("whole", 0, 1, Optional.empty());
    listener.receive(HandedRecord.on(Topic.FISHER_TASKS, "job", Json.bytes(task)));

    assertThat(recorded.results).isEmpty();
    assertThat(recorded.events).isEmpty();
    assertThat(store.find(StoreKeys.fisherOutcome(task))).isEmpty();
  }

  @Test
  void aTaskThatIsDoneIsNotComputedAgain() throws IOException {
    Range task = range("whole", 0, 1, Optional.empty());
    FisherResult first = receive(task);
    store.delete("texts");

    assertThat(receive(task)).isEqualTo(first);
  }

  @Test
  void progressIsToldAndCounted() throws IOException {
    FisherOutcome outcome = whole(Optional.empty());

    long predicted = outcome.samples().stream().mapToLong(sample -> sample.tokens() - 1).sum();
    assertThat(recorded.events)
        .isNotEmpty()
        .allSatisfy(event -> assertThat(event).isInstanceOf(JobEvent.Progressed.class));
    FisherProgress last = ((JobEvent.Progressed) recorded.events.getLast()).progress();
    assertThat(last.layersDone()).isEqualTo(last.layers());
    assertThat(meters.get("halcyon.fisher.tokens").counter().count()).isEqualTo((double) predicted);
    assertThat(meters.get("halcyon.fisher.tasks").counter().count()).isEqualTo(1.0);
  }

  /// A task for all texts on another model than the bundled one.
  private Range of(PlacedModel model) throws IOException {
    return of(model, List.of());
  }

  private Range of(PlacedModel model, List<String> allowedFields) throws IOException {
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
  private PlacedModel changed(String field, String instead) throws IOException {
    for (String file : List.of("tokenizer.json", "model.safetensors")) {
      Files.copy(model().resolve(file), folder.resolve(file));
    }
    String config = Files.readString(model().resolve("config.json"));
    assertThat(config).contains(field);
    Files.writeString(folder.resolve("config.json"), config.replace(field, instead));
    return PlacedModels.inPlace(folder);
  }

  @Test
  void tensorsThatTheConfigLeavesOutAreListed() throws IOException {
    String field = "\"num_hidden_layers\": ";
    FisherOutcome outcome = outcome(receive(of(changed(field + "8", field + "7"))));

    assertThat(outcome.checkpoint().unused())
        .hasSize(9)
        .allMatch(name -> name.startsWith("model.layers.7."));
    assertThat(outcome.tensors())
        .noneMatch(tensor -> tensor.parameter().startsWith("model.layers.7."));
  }

  @Test
  void anUnknownFieldIsRefusedUnlessItIsAllowed() throws IOException {
    PlacedModel model = changed("\"vocab_size\"", "\"new_field\": 3, \"vocab_size\"");

    Failure failure = refused(of(model));
    assertThat(failure.cause()).isEqualTo(Failure.Cause.BAD_INPUT);
    assertThat(failure.message()).contains("new_field is 3", "--allow-config-field new_field");
    FisherCheckpoint checkpoint =
        outcome(receive(of(model, List.of("new_field", "other")))).checkpoint();
    assertThat(checkpoint.allowedConfigFields()).containsOnly(Map.entry("new_field", "3"));
  }

  @Test
  void aModelInTheStoreGivesWhatItsFolderGives() throws IOException {
    FisherOutcome folder = whole(Optional.empty());
    FisherOutcome stored = outcome(receive(of(PlacedModels.inStore(model(), store))));

    assertThat(stored).isEqualTo(folder);
    assertThat(store.find(PlacedModels.FOLDER.fileKey(".used"))).isPresent();
  }

  @Test
  void aModelMayLieInFilesAndInTheStore() throws IOException {
    PlacedModel stored = PlacedModels.inStore(model(), store);
    PlacedModel inPlace = PlacedModels.inPlace(model());
    Map<String, TensorCopy> mixed = new LinkedHashMap<>(stored.tensors());
    mixed.put("model.norm.weight", inPlace.tensors().get("model.norm.weight"));

    assertThat(outcome(receive(of(new PlacedModel("mixed", stored.files(), mixed)))))
        .isEqualTo(whole(Optional.empty()));
  }

  /// A layer's tensors are read once forward and once backward, each at once and by nobody's heap.
  @Test
  void aTensorInTheStoreIsReadAtOnceForEachPass() throws IOException {
    PlacedModel model = PlacedModels.inStore(model(), store);
    Map<String, List<MemorySegment>> reads = new ConcurrentHashMap<>();
    new TaskHandler(
            new EndedAttempts(store),
            new Outcomes(store),
            new ModelObjects(watched(reads), new ModelUse(store, Clock.systemUTC())),
            new Machine("cpu", 1))
        .handle(of(model), _ -> {});

    String name = "model.layers.1.self_attn.q_proj.weight";
    long bytes = model.tensors().get(name).bytes();
    assertThat(reads.get(PlacedModels.FOLDER.tensorKey(name)))
        .hasSize(2)
        .allMatch(MemorySegment::isNative)
        .allMatch(target -> target.byteSize() == bytes);
  }

  /// The store, but what is read into memory is written down.
  private ObjectStore watched(Map<String, List<MemorySegment>> reads) {
    return (ObjectStore)
        Proxy.newProxyInstance(
            ObjectStore.class.getClassLoader(),
            new Class<?>[] {ObjectStore.class},
            (_, called, arguments) -> {
              if (called.getName().equals("read")) {
                reads
                    .computeIfAbsent((String) arguments[0], _ -> new ArrayList<>())
                    .add((MemorySegment) arguments[2]);
              }
              try {
                return called.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  void anObjectThatIsGoneFailsTheJobForTheOperator() throws IOException {
    PlacedModel model = PlacedModels.inStore(model(), store);
    store.delete(PlacedModels.FOLDER.tensorKey("model.layers.1.self_attn.q_proj.weight"));
    Range task = of(model);

    Failure failure = refused(task);
    assertThat(failure.message()).contains("no object models/org--base/");
    assertThat(((JobEvent.Failed) recorded.events.getLast()).failure().cause())
        .isEqualTo(Failure.Cause.ENVIRONMENT);
    assertThat(recorded.results).isEmpty();
  }

  @Test
  void aModelThatChangedSinceThePlanFailsTheJob() throws IOException {
    for (String file : List.of("config.json", "tokenizer.json", "model.safetensors")) {
      Files.copy(model().resolve(file), folder.resolve(file));
    }
    for (String file : List.of("config.json", "tokenizer.json", "model.safetensors")) {
      Range task = of(PlacedModels.inPlace(folder));
      Files.setLastModifiedTime(folder.resolve(file), FileTime.fromMillis(1_000_000_000_000L));

      Failure failure = refused(task);
      assertThat(failure.cause()).isEqualTo(Failure.Cause.BAD_INPUT);
      assertThat(failure.message()).contains(file + " has changed since the job was planned");
    }
    JobEvent.Failed event = (JobEvent.Failed) recorded.events.getLast();
    assertThat(event.attempt()).isEqualTo(2);
    assertThat(event.failure().cause()).isEqualTo(Failure.Cause.BAD_INPUT);
    assertThat(recorded.results).isEmpty();
  }

  @Test
  void aDescriptionThatWasChangedIsRefused() throws IOException {
    Range task = range("whole", 0, 1, Optional.empty());
    store.put(task.parts().key(), Json.bytes(new PlacedModel("x", Map.of(), Map.of())));

    Failure failure = refused(task);
    assertThat(failure.message()).contains("was changed");
  }

  @Test
  void aChangedTextObjectIsRefused() throws IOException {
    Range task = range("whole", 0, 1, Optional.empty());
    store.put("texts", Json.bytes(new CalibrationTexts(List.of())));

    Failure failure = refused(task);
    assertThat(failure.message()).contains("was changed");
    assertThat(((JobEvent.Failed) recorded.events.getLast()).failure().cause())
        .isEqualTo(Failure.Cause.ENVIRONMENT);
  }

  @Test
  void textsThatAreAllTooShortAreBadInput() throws IOException {
    Range task = range("whole", 0, 1, Optional.empty());
    Range short1 =
        new Range(
            "short",
            1,
            "base",
            task.source(),
            task.parts(),
            task.calibration(),
            0,
            1,
            2,
            3,
            task.estimator(),
            0,
            Optional.empty(),
            List.of());

    Failure failure = refused(short1);
    assertThat(failure.cause()).isEqualTo(Failure.Cause.BAD_INPUT);
    assertThat(failure.message()).contains("--min-tokens");
  }

  @Test
  void rangesWithoutAnyUsableTextAreBadInputOnlyTogether() throws IOException {
    Range task = range("whole", 0, 1, Optional.empty());
    Range empty =
        new Range(
            "none",
            1,
            "base",
            task.source(),
            task.parts(),
            task.calibration(),
            0,
            2,
            2,
            3,
            task.estimator(),
            0,
            Optional.empty(),
            List.of());
    StoredObject nothing = receive(empty).outcome();

    Failure failure = refused(new Merge("none", 1, "base", List.of(nothing), 0, Optional.empty()));
    assertThat(failure.cause()).isEqualTo(Failure.Cause.BAD_INPUT);
    assertThat(failure.message()).contains("no calibration sample is usable: 1 are too short");
  }

  /// Whether it has a tokenizer makes no difference.
  @Test
  void aModelThatIsNotComputedIsBadInputAndNamed() throws IOException {
    Files.copy(model().resolve("model.safetensors"), folder.resolve("model.safetensors"));
    Files.copy(model().resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
    Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"mamba\"}");
    PlacedModel placed = PlacedModels.inPlace(folder);

    Failure failure = refused(of(placed));
    assertThat(failure.cause()).isEqualTo(Failure.Cause.BAD_INPUT);
    assertThat(failure.message()).contains(folder.toString(), "mamba");
    assertThat(refused(of(withoutTokenizer(placed)))).isEqualTo(failure);
  }

  @Test
  void aModelWithoutATokenizerIsBadInputAndToldWhatToDo() throws IOException {
    Failure failure = refused(of(withoutTokenizer(PlacedModels.inPlace(model()))));

    assertThat(failure.cause()).isEqualTo(Failure.Cause.BAD_INPUT);
    assertThat(failure.message())
        .isEqualTo("[%s] %s".formatted(model(), PlacedModel.missing(PlacedModel.TOKENIZER)));
  }

  private static PlacedModel withoutTokenizer(PlacedModel model) {
    Map<String, TensorCopy.Location> files = new LinkedHashMap<>(model.files());
    files.remove(PlacedModel.TOKENIZER);
    return new PlacedModel(model.source(), files, model.tensors());
  }

  @Test
  void aTokenizerThatCannotBeReadIsBadInputAndNamed() throws IOException {
    PlacedModel model = PlacedModels.inStore(model(), store);
    store.put(PlacedModels.FOLDER.fileKey("tokenizer.json"), new byte[] {'{'});

    Failure failure = refused(of(model));
    assertThat(failure.cause()).isEqualTo(Failure.Cause.BAD_INPUT);
    assertThat(failure.message()).contains("org/base@", "tokenizer.json] cannot be understood");
  }
}
