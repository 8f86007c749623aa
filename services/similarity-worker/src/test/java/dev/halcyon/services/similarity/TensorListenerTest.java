package dev.halcyon.services.similarity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.halcyon.analysis.similarity.SimilarityAnalysis;
import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.Topic;
import dev.halcyon.contracts.job.Failure;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.job.Plan.PlannedTensor;
import dev.halcyon.contracts.job.TensorReady;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.results.SimilarityResult;
import dev.halcyon.contracts.results.SimilarityResult.PairSimilarity;
import dev.halcyon.contracts.results.SimilarityResult.TaskVectorStatistics;
import dev.halcyon.contracts.results.TensorResult;
import dev.halcyon.contracts.store.StoredTensor;
import dev.halcyon.contracts.store.TensorCopy;
import dev.halcyon.contracts.store.TensorCopy.InFile;
import dev.halcyon.contracts.store.TensorCopy.InStore;
import dev.halcyon.contracts.store.TensorValue;
import dev.halcyon.objectstore.MemoryObjectStore;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.EndedAttempts;
import dev.halcyon.services.common.LocalRoots;
import dev.halcyon.services.common.fixture.HandedRecord;
import dev.halcyon.services.common.fixture.LetterBox;
import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.Shape;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorListenerTest {
  @TempDir private Path folder;
  private final MemoryObjectStore store = new MemoryObjectStore();
  private final SimilarityAnalysis analysis = new SimilarityAnalysis(1);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Recorded recorded = new Recorded();
  private final LetterBox box = new LetterBox();
  private final TensorListener listener = listener(store);

  private TensorListener listener(ObjectStore from) {
    StoreTensors stored = new StoreTensors(from, new ReadAheadMemory(1 << 20), 1);
    return new TensorListener(
        new TensorHandler(
            new TensorSources(stored, LocalRoots.everywhere()),
            new EndedAttempts(store),
            analysis::compare),
        recorded,
        box.deadLetters(),
        box.atWork(),
        meters);
  }

  private static final class Recorded implements Results {
    private final List<TensorResult> results = new ArrayList<>();
    private final List<JobEvent> events = new ArrayList<>();

    @Override
    public CompletableFuture<Void> result(TensorResult result) {
      results.add(result);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> event(JobEvent event) {
      events.add(event);
      return CompletableFuture.completedFuture(null);
    }
  }

  @AfterEach
  void close() {
    analysis.close();
  }

  private static byte[] floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  private TensorCopy inFile(String model, byte[] content) throws IOException {
    return inFile(model, content, 2);
  }

  private TensorCopy inFile(String model, byte[] content, long rows) throws IOException {
    Path file = Files.write(folder.resolve(model), content);
    InFile whole =
        new InFile(file.toString(), 0, content.length, Files.getLastModifiedTime(file).toInstant());
    return TensorCopy.plain(
        model, StoredTensor.whole("w", DType.F32, Shape.of(rows, 2), content.length, whole));
  }

  private static TensorCopy inStore(String key) {
    InStore object = new InStore(key, Optional.empty());
    return TensorCopy.plain("ft1", StoredTensor.whole("w", DType.F32, Shape.of(2, 2), 16, object));
  }

  private void receive(TensorCopy... copies) {
    HandedRecord record = message(copies);
    listener.receive(record);
    assertThat(record.isAcknowledged()).isTrue();
  }

  private static HandedRecord message(TensorCopy... copies) {
    PlannedTensor tensor =
        new PlannedTensor("w", Shape.of(2, 2), List.of(copies), Optional.empty());
    byte[] message = Json.bytes(new TensorReady("job", 3, tensor));
    return HandedRecord.on(Topic.TENSORS, "job/w", message);
  }

  @Test
  void comparesAFileInPlaceWithAnObjectOfTheStore() throws IOException {
    store.put("models/x", floats(1, 0, 0, 2));
    TensorCopy tuned = inStore("models/x");

    receive(inFile("base", floats(1, 0, 0, 1)), tuned);

    TensorResult result = recorded.results.getFirst();
    PairSimilarity pair = result.similarity().pairs().getFirst();
    assertThat(result.jobId()).isEqualTo("job");
    assertThat(result.bytes()).isEqualTo(32);
    assertThat(pair.pair()).isEqualTo("base_vs_ft1");
    assertThat(pair.cosine()).isCloseTo(1.0, within(1e-12));
    assertThat(result.similarity().changes().getFirst().relativeChange())
        .isCloseTo(1 / Math.sqrt(2), within(1e-12));
    assertThat(meters.get("halcyon.similarity.read").counter().count()).isEqualTo(32.0);
  }

  /// The codes are 1, 2, 3 and -1 in E4M3, behind a matrix of others.
  @Test
  void codesAreComparedByTheirValues() throws IOException {
    store.put("models/x", new byte[] {0, 0, 0, 0, 0x38, 0x40, 0x44, (byte) 0xb8});
    store.put("models/x_scale", floats(10, 100));
    StoredTensor codes =
        StoredTensor.whole(
            "x", DType.F8_E4M3, Shape.of(2, 2, 2), 8, new InStore("models/x", Optional.empty()));
    StoredTensor scales =
        StoredTensor.whole(
            "x_scale", DType.F32, Shape.of(2), 8, new InStore("models/x_scale", Optional.empty()));
    TensorValue value =
        new TensorValue.Scaled(codes.part(4, Shape.of(2, 2)), scales, List.of(1L, 2L));

    receive(inFile("base", floats(10, 20, 300, -101)), new TensorCopy("ft1", value));

    TaskVectorStatistics change = recorded.results.getFirst().similarity().changes().getFirst();
    assertThat(change.identical()).isEqualTo(0.75);
    assertThat(change.max()).isEqualTo(1.0);
    assertThat(recorded.results.getFirst().bytes()).isEqualTo(16 + 4 + 8);
  }

  /// The change is 2 * [1, 2]' [1, -1].
  @Test
  void anAdaptersWeightIsTheBasesPlusTheScaledProduct() throws IOException {
    store.put("models/a", floats(1, -1));
    store.put("models/b", floats(1, 2));
    TensorCopy base = inFile("base", floats(1, 0, 0, 1));
    TensorValue value =
        new TensorValue.LowRank(
            base.value(),
            factor("models/a", Shape.of(1, 2)),
            factor("models/b", Shape.of(2, 1)),
            false,
            2);

    receive(base, new TensorCopy("ft1", value));

    TaskVectorStatistics change = recorded.results.getFirst().similarity().changes().getFirst();
    assertThat(change.min()).isEqualTo(-4.0);
    assertThat(change.max()).isEqualTo(4.0);
    assertThat(change.relativeChange()).isCloseTo(Math.sqrt(40.0 / 2), within(1e-6));
    assertThat(recorded.results.getFirst().bytes()).isEqualTo(16 + 8 + 8);
  }

  private static StoredTensor factor(String key, Shape shape) {
    return StoredTensor.whole(key, DType.F32, shape, 8, new InStore(key, Optional.empty()));
  }

  @Test
  void ofATensorThatIsKnownToBeUnchangedNothingIsOpened() throws IOException {
    TensorCopy base = inFile("base", floats(1, 0, 0, 1));
    Files.delete(folder.resolve("base"));
    TensorValue unchanged = new TensorValue.Unchanged(base.value());

    receive(new TensorCopy("base", unchanged), new TensorCopy("ft1", unchanged));

    TensorResult result = recorded.results.getFirst();
    assertThat(result.bytes()).isZero();
    assertThat(result.similarity().pairs().getFirst().distance()).isZero();
    assertThat(result.similarity().changes().getFirst().identical()).isEqualTo(1.0);
  }

  /// The longer one's last row is nothing like the rest, and counts for nothing.
  @Test
  void ofAResizedVocabularyOnlyTheSharedRowsAreCompared() throws IOException {
    receive(
        inFile("base", floats(3, 0, 4, 1), 2), inFile("ft1", floats(3, 0, 4, 1, -1e6f, 1e6f), 3));

    SimilarityResult found = recorded.results.getFirst().similarity();
    assertThat(found.pairs().getFirst().distance()).isZero();
    assertThat(found.changes().getFirst().identical()).isEqualTo(1.0);
    assertThat(found.changes().getFirst().max()).isZero();
  }

  @Test
  void aTensorOfAnAttemptThatHasEndedIsLeftAlone() throws IOException {
    store.put(StoreKeys.failed("job", 3), new byte[0]);
    receive(inFile("base", floats(1, 0, 0, 1)), inFile("ft1", floats(1, 0, 0, 1)));

    assertThat(recorded.results).isEmpty();
    assertThat(recorded.events).isEmpty();
  }

  @Test
  void aFileThatChangedSinceThePlanFailsTheJob() throws IOException {
    TensorCopy base = inFile("base", floats(1, 0, 0, 1));
    TensorCopy tuned = inFile("ft1", floats(1, 0, 0, 1));
    Files.setLastModifiedTime(folder.resolve("ft1"), FileTime.fromMillis(1));

    receive(base, tuned);

    assertThat(box.reasons()).containsExactly("bad_input");
    assertThat(recorded.results).isEmpty();
    JobEvent.Failed event = (JobEvent.Failed) recorded.events.getFirst();
    assertThat(event.attempt()).isEqualTo(3);
    assertThat(event.failure().cause()).isEqualTo(Failure.Cause.BAD_INPUT);
    assertThat(event.failure().message()).contains("ft1").contains("changed");
  }

  @Test
  void aFileThatIsGoneIsNamed() throws IOException {
    TensorCopy base = inFile("base", floats(1, 0, 0, 1));
    TensorCopy tuned = inFile("ft1", floats(1, 0, 0, 1));
    Files.delete(folder.resolve("ft1"));

    receive(base, tuned);

    assertThat(((JobEvent.Failed) recorded.events.getFirst()).failure().message())
        .isEqualTo("no such file: " + folder.resolve("ft1"));
  }

  @Test
  void anObjectThatIsGoneIsNamed() throws IOException {
    TensorCopy tuned = inStore("models/none");
    TensorCopy base = inFile("base", floats(1, 0, 0, 1));

    receive(base, tuned);

    assertThat(box.reasons()).containsExactly("environment");
    assertThat(((JobEvent.Failed) recorded.events.getFirst()).failure().message())
        .contains("models/none");
  }

  /// Its record must stay unacknowledged.
  @Test
  void aTensorThatTheServicesEndCutsOffIsNeitherDoneNorFailed() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    WatchedStore stuck = new WatchedStore();
    stuck.watch(_ -> {
      reading.countDown();
      new CountDownLatch(1).await();
    });
    TensorCopy tuned = inStore("x");
    TensorCopy base = inFile("base", floats(1, 0, 0, 1));
    TensorListener cut = listener(stuck);
    HandedRecord record = message(base, tuned);
    Thread worker = Thread.ofPlatform().daemon().start(() -> cut.receive(record));
    reading.await();

    worker.interrupt();

    worker.join();
    assertThat(stuck.reads().getFirst().memoryIsFreed()).isTrue();
    assertThat(record.isAcknowledged()).isFalse();
    assertThat(box.letters()).isEmpty();
    assertThat(recorded.results).isEmpty();
    assertThat(recorded.events).isEmpty();
  }
}
