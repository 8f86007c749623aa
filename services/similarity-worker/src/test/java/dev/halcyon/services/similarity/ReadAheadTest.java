package dev.halcyon.services.similarity;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.analysis.similarity.ModelTensor;
import dev.halcyon.analysis.similarity.SimilarityAnalysis;
import dev.halcyon.contracts.job.Plan.PlannedTensor;
import dev.halcyon.contracts.job.TensorReady;
import dev.halcyon.contracts.results.SimilarityResult;
import dev.halcyon.contracts.results.TensorResult;
import dev.halcyon.contracts.store.StoredTensor;
import dev.halcyon.contracts.store.TensorCopy;
import dev.halcyon.contracts.store.TensorCopy.InStore;
import dev.halcyon.objectstore.NoSuchObjectException;
import dev.halcyon.services.common.EndedAttempts;
import dev.halcyon.services.common.LocalRoots;
import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.MemoryTensorBytes;
import dev.halcyon.tensors.Shape;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// How reading from the store and computing go together, each tensor handled by a thread of its own
/// as the service does it.
@Timeout(60)
class ReadAheadTest {
  private static final List<String> MODELS = List.of("base", "ft1", "ft2");
  private static final long MEMORY = 1 << 20;
  private static final int COLUMNS = 64;
  private static final int ROW = MODELS.size() * COLUMNS * Float.BYTES;

  /// Rows of a tensor of which three copies take two thirds of the memory.
  private static final int LARGE = (int) (MEMORY * 2 / 3 / ROW);

  /// Rows of a tensor that takes a tenth.
  private static final int SMALL = LARGE / 7;

  private final WatchedStore store = new WatchedStore();
  private final SimilarityAnalysis analysis = new SimilarityAnalysis(2);
  private final StoreTensors stored = new StoreTensors(store, new ReadAheadMemory(MEMORY), 2);
  private final ExecutorService workers = Executors.newFixedThreadPool(8);
  private final Map<String, byte[]> contents = new HashMap<>();

  @AfterEach
  void close() {
    workers.shutdownNow();
    workers.close();
    analysis.close();
  }

  @Test
  void theCopiesOfATensorAreReadAtOnce() throws Exception {
    CyclicBarrier all = new CyclicBarrier(MODELS.size());
    store.watch(_ -> awaitAll(all));

    assertThat(handle(put("a", SMALL), analysis::compare).get()).isEqualTo(expected("a", SMALL));
  }

  @Test
  void theNextTensorIsReadWhileOneIsCompared() throws Exception {
    TensorReady first = put("a", SMALL);
    TensorReady next = put("b", SMALL);
    CountDownLatch nextIsRead = new CountDownLatch(MODELS.size());
    CountDownLatch comparing = new CountDownLatch(1);
    store.watch(read -> {
      if (read.key().contains("/b")) {
        nextIsRead.countDown();
      }
    });
    Future<SimilarityResult> one = handle(first, comparing(comparing, nextIsRead));
    await(comparing);
    Future<SimilarityResult> other = handle(next, analysis::compare);

    assertThat(one.get()).isEqualTo(expected("a", SMALL));
    assertThat(other.get()).isEqualTo(expected("b", SMALL));
  }

  @Test
  void aTensorForWhichThereIsNoMemoryWaitsForTheOneBefore() throws Exception {
    TensorReady first = put("a", LARGE);
    TensorReady next = put("b", LARGE);
    CountDownLatch comparing = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Future<SimilarityResult> one = handle(first, comparing(comparing, go));
    await(comparing);
    store.watch(read -> assertThat(store.reads("m/a/base").getFirst().memoryIsFreed()).isTrue());
    Future<SimilarityResult> other = handle(next, analysis::compare);
    Thread.sleep(100);
    go.countDown();

    assertThat(one.get()).isEqualTo(expected("a", LARGE));
    assertThat(other.get()).isEqualTo(expected("b", LARGE));
  }

  @Test
  void whateverComesTogetherTakesNoMoreThanTheMemory() throws Exception {
    AtomicLong held = new AtomicLong();
    AtomicLong most = new AtomicLong();
    AtomicInteger mostTensors = new AtomicInteger();
    AtomicInteger tensorsNow = new AtomicInteger();
    store.watch(read -> {
      most.accumulateAndGet(held.addAndGet(read.target().byteSize()), Math::max);
      Thread.sleep(1);
    });
    Random random = new Random(1);
    List<Future<SimilarityResult>> results = new ArrayList<>();
    List<TensorReady> announced = new ArrayList<>();
    List<SimilarityResult> expected = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      int rows = 1 + random.nextInt(i % 10 == 0 ? LARGE : 2 * SMALL);
      announced.add(put("t" + i, rows));
      expected.add(expected("t" + i, rows));
    }
    for (TensorReady ready : announced) {
      results.add(
          handle(
              ready,
              (tensors, compared) -> {
                mostTensors.accumulateAndGet(tensorsNow.incrementAndGet(), Math::max);
                SimilarityResult result = analysis.compare(tensors, compared);
                tensorsNow.decrementAndGet();
                tensors.forEach(tensor -> held.addAndGet(-tensor.bytes().size()));
                return result;
              }));
    }
    for (int i = 0; i < results.size(); i++) {
      assertThat(results.get(i).get()).isEqualTo(expected.get(i));
    }
    assertThat(most.get()).isBetween(MEMORY / 2, MEMORY);
    assertThat(mostTensors.get()).isGreaterThan(1);
    assertThat(store.reads()).allMatch(WatchedStore.Read::memoryIsFreed);
  }

  @Test
  void aTensorLargerThanTheMemoryIsComparedAloneInBlocks() throws Exception {
    int rows = 4 * LARGE + 5;
    TensorReady huge = put("huge", rows);
    TensorReady small = put("small", SMALL);
    CountDownLatch comparing = new CountDownLatch(1);
    StoreTensors byOne = new StoreTensors(store, new ReadAheadMemory(MEMORY), 1);
    store.watch(read -> {
      if (read.key().contains("small")) {
        assertThat(store.reads("m/huge/base")).allMatch(WatchedStore.Read::memoryIsFreed);
      }
    });
    Future<SimilarityResult> one =
        handle(
            byOne,
            huge,
            (tensors, compared) -> {
              comparing.countDown();
              try (SimilarityAnalysis oneThread = new SimilarityAnalysis(1)) {
                return oneThread.compare(tensors, compared);
              }
            });
    await(comparing);
    Future<SimilarityResult> other = handle(byOne, small, analysis::compare);

    assertThat(one.get()).isEqualTo(expected("huge", rows));
    assertThat(other.get()).isEqualTo(expected("small", SMALL));
    Map<Long, Long> memory = new HashMap<>();
    for (String model : MODELS) {
      List<WatchedStore.Read> reads = store.reads("m/huge/" + model);
      reads.forEach(
          read -> memory.merge(read.target().address(), read.target().byteSize(), Math::max));
      assertThat(reads.stream().mapToLong(read -> read.target().byteSize()).sum())
          .as("each byte is read once")
          .isEqualTo((long) rows * COLUMNS * Float.BYTES);
    }
    assertThat(memory.values().stream().mapToLong(Long::longValue).sum()).isLessThan(MEMORY);
  }

  @Test
  void blocksSuitAnyNumberOfThreads() throws Exception {
    int rows = 4 * LARGE + 5;

    assertThat(handle(put("huge", rows), analysis::compare).get())
        .isEqualTo(expected("huge", rows));
    assertThat(store.reads()).hasSizeGreaterThan(3).allMatch(WatchedStore.Read::memoryIsFreed);
  }

  @Test
  void blocksAreReadBeforeTheyAreAskedFor() throws Exception {
    put("huge", SMALL);
    byte[] content = bytes("huge/base");
    try (StoreReads reads = new StoreReads(store)) {
      MemorySegment memory = MemorySegment.ofArray(new byte[6 * 64]);
      StoreBlocks blocks = new StoreBlocks(reads, "m/huge/base", 0, content.length, memory, 2);
      CountDownLatch second = new CountDownLatch(2);
      store.watch(_ -> second.countDown());
      byte[] first = new byte[10];

      blocks.read(3, MemorySegment.ofArray(first));

      assertThat(second.await(10, SECONDS)).isTrue();
      assertThat(first).isEqualTo(Arrays.copyOfRange(content, 3, 13));
      byte[] all = new byte[content.length];
      blocks.read(0, MemorySegment.ofArray(all));
      assertThat(all).isEqualTo(content);
      assertThatThrownBy(() -> blocks.read(content.length - 1, MemorySegment.ofArray(first)))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void aReadThatFailsFailsItsOwnTensorAloneAndFreesItsMemory() throws Exception {
    TensorReady broken = put("broken", LARGE);
    TensorReady whole = put("whole", SMALL);
    store.delete("m/broken/ft1");
    CountDownLatch bothRead = new CountDownLatch(2);
    CountDownLatch failed = new CountDownLatch(1);
    store.watch(read -> {
      if (read.key().endsWith("/base")) {
        bothRead.countDown();
        await(bothRead);
      }
      if (read.key().equals("m/whole/ft2")) {
        await(failed);
      }
    });
    Future<SimilarityResult> one = handle(broken, analysis::compare);
    Future<SimilarityResult> other = handle(whole, analysis::compare);

    assertThatThrownBy(one::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(NoSuchObjectException.class)
        .hasMessageContaining("m/broken/ft1");
    assertThat(store.reads("m/broken/base")).allMatch(WatchedStore.Read::memoryIsFreed);
    failed.countDown();
    assertThat(other.get()).isEqualTo(expected("whole", SMALL));
    assertThat(handle(put("later", LARGE), analysis::compare).get())
        .isEqualTo(expected("later", LARGE));
  }

  @Test
  void aComparisonThatFailsFreesItsMemory() throws Exception {
    Future<SimilarityResult> failing =
        handle(
            put("a", LARGE),
            (_, _) -> {
              throw new OutOfMemoryError("no memory for sums");
            });

    assertThatThrownBy(failing::get).hasCauseInstanceOf(OutOfMemoryError.class);
    assertThat(store.reads()).hasSize(3).allMatch(WatchedStore.Read::memoryIsFreed);
  }

  @Test
  void theServicesEndStopsReadsAndFreesTheirMemory() throws Exception {
    CountDownLatch reading = new CountDownLatch(MODELS.size());
    CountDownLatch never = new CountDownLatch(1);
    store.watch(_ -> {
      reading.countDown();
      never.await();
    });
    Future<SimilarityResult> one = handle(put("a", LARGE), analysis::compare);
    await(reading);
    Future<SimilarityResult> waiting = handle(put("b", LARGE), analysis::compare);

    workers.shutdownNow();

    for (Future<SimilarityResult> cut : List.of(one, waiting)) {
      assertThatThrownBy(cut::get).hasCauseInstanceOf(InterruptedIOException.class);
    }
    assertThat(store.reads()).hasSize(3).allMatch(WatchedStore.Read::memoryIsFreed);
  }

  private TensorReady put(String tensor, int rows) throws IOException {
    Shape shape = Shape.of(rows, COLUMNS);
    List<TensorCopy> copies = new ArrayList<>();
    for (String model : MODELS) {
      byte[] content = content(tensor + model, rows);
      String key = "m/" + tensor + "/" + model;
      contents.put(tensor + "/" + model, content);
      store.put(key, content);
      copies.add(
          TensorCopy.plain(
              model,
              StoredTensor.whole(
                  tensor, DType.F32, shape, content.length, new InStore(key, Optional.empty()))));
    }
    return new TensorReady("job", 1, new PlannedTensor(tensor, shape, copies, Optional.empty()));
  }

  private byte[] bytes(String copy) {
    return contents.get(copy);
  }

  private static byte[] content(String seed, int rows) {
    Random random = new Random(seed.hashCode());
    ByteBuffer bytes =
        ByteBuffer.allocate(rows * COLUMNS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      bytes.putFloat((float) random.nextGaussian());
    }
    return bytes.array();
  }

  /// What comes of the same bytes without a store.
  private SimilarityResult expected(String tensor, int rows) throws IOException {
    List<ModelTensor> tensors = new ArrayList<>();
    for (String model : MODELS) {
      tensors.add(
          new ModelTensor(
              model,
              DType.F32,
              Shape.of(rows, COLUMNS),
              new MemoryTensorBytes(MemorySegment.ofArray(bytes(tensor + "/" + model)))));
    }
    return analysis.compare(tensors, rows);
  }

  /// Says that it has begun, and waits before it compares.
  private TensorHandler.Comparison comparing(CountDownLatch begun, CountDownLatch until) {
    return (tensors, rows) -> {
      begun.countDown();
      await(until);
      return analysis.compare(tensors, rows);
    };
  }

  private Future<SimilarityResult> handle(TensorReady ready, TensorHandler.Comparison comparison) {
    return handle(stored, ready, comparison);
  }

  private Future<SimilarityResult> handle(
      StoreTensors tensors, TensorReady ready, TensorHandler.Comparison comparison) {
    TensorHandler handler =
        new TensorHandler(
            new TensorSources(tensors, LocalRoots.everywhere()),
            new EndedAttempts(store),
            comparison);
    return workers.submit(() -> {
      TensorResult result = handler.handle(ready);
      return result.similarity();
    });
  }

  private static void await(CountDownLatch latch) throws InterruptedIOException {
    try {
      assertThat(latch.await(20, SECONDS)).as("what the other thread does").isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  private static void awaitAll(CyclicBarrier barrier) throws InterruptedException {
    try {
      barrier.await(20, SECONDS);
    } catch (BrokenBarrierException | TimeoutException e) {
      throw new AssertionError("not all copies are read at once", e);
    }
  }
}
