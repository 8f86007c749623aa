package dev.halcyon.services.similarity;

import dev.halcyon.analysis.similarity.SimilarityAnalysis;
import dev.halcyon.contracts.job.Plan.PlannedTensor;
import dev.halcyon.contracts.job.TensorReady;
import dev.halcyon.contracts.results.TensorResult;
import dev.halcyon.contracts.store.StoredTensor;
import dev.halcyon.contracts.store.TensorCopy;
import dev.halcyon.contracts.store.TensorCopy.InStore;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.objectstore.ObjectStores;
import dev.halcyon.services.common.EndedAttempts;
import dev.halcyon.services.common.LocalRoots;
import dev.halcyon.tensors.Checkpoint;
import dev.halcyon.tensors.Shape;
import dev.halcyon.tensors.TensorInfo;
import dev.halcyon.tensors.kernels.SimilarityKernels;
import dev.halcyon.tensors.kernels.SumsLayout;
import dev.halcyon.tensors.kernels.Tile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.function.Consumer;

/// Checkpoints from their folders into a store and out of it into the similarity worker, beside
/// each part of the way alone, round by round.
///
/// `StoreRates STORE BASE FT1 FT2 [ROUNDS]`: a store as `halcyon.store.uri` has it, and three
/// folders whose checkpoints have the same tensors in BF16.
public final class StoreRates implements AutoCloseable {
  private static final int THREADS = Runtime.getRuntime().availableProcessors();

  /// As the fetcher's and the similarity worker's configurations have it.
  private static final int UPLOADS = 8;

  private static final int COMPARISONS = 4;
  private static final long MEMORY = 512L << 20;
  private static final List<String> NAMES = List.of("base", "ft1", "ft2");

  private final ObjectStore store;
  private final List<Checkpoint> models;
  private final List<TensorReady> tensors = new ArrayList<>();
  private final SimilarityAnalysis analysis = new SimilarityAnalysis(THREADS);
  private final TensorSources sources;
  private final ExecutorService uploads = Executors.newFixedThreadPool(UPLOADS);
  private final ExecutorService comparisons = Executors.newFixedThreadPool(COMPARISONS);

  private StoreRates(ObjectStore store, List<Checkpoint> models) {
    this.store = store;
    this.models = models;
    this.sources =
        new TensorSources(
            new StoreTensors(store, new ReadAheadMemory(MEMORY), THREADS), LocalRoots.everywhere());
    for (TensorInfo tensor : models.getFirst().tensors()) {
      tensors.add(ready(tensor));
    }
  }

  /// Prints medians of rates, with their spread, and how busy the machine's cores were.
  public static void main(String[] arguments) throws Exception {
    int rounds = arguments.length > 4 ? Integer.parseInt(arguments[4]) : 5;
    SimilarityKernels.warmUp(new SumsLayout(Tile.Format.BFLOAT16, 3, true, 1));
    try (ObjectStore store = ObjectStores.open(arguments[0], System.getenv());
        Checkpoint base = Checkpoint.open(Path.of(arguments[1]));
        Checkpoint first = Checkpoint.open(Path.of(arguments[2]));
        Checkpoint second = Checkpoint.open(Path.of(arguments[3]));
        StoreRates rates = new StoreRates(store, List.of(base, first, second))) {
      rates.run(rounds);
    }
  }

  private static TensorReady ready(TensorInfo tensor) {
    Shape shape = tensor.shape();
    List<TensorCopy> copies =
        NAMES.stream()
            .map(name ->
                TensorCopy.plain(
                    name,
                    StoredTensor.whole(
                        tensor.name(),
                        tensor.dtype(),
                        shape,
                        tensor.bytes(),
                        new InStore("bench/" + name + "/" + tensor.name(), Optional.empty()))))
            .toList();
    return new TensorReady(
        "bench", 1, new PlannedTensor(tensor.name(), shape, copies, Optional.empty()));
  }

  private void run(int rounds) throws Exception {
    long bytes = tensors.stream().mapToLong(ready -> ready.tensor().bytes()).sum();
    RateTable table = new RateTable(bytes);
    for (int round = 0; round <= rounds; round++) {
      remove();
      boolean counts = round > 0;
      table.add("directory to store to worker", counts, this::all);
      remove();
      table.add("directory to store", counts, () -> uploadAll(_ -> {}));
      table.add("store to memory", counts, () -> each(this::download));
      table.addSeconds("comparing, from memory", counts, compareFromMemory());
      table.add("store to worker", counts, () -> each(this::handle));
    }
    remove();
    table.print();
  }

  private void all() throws Exception {
    Map<TensorReady, AtomicInteger> missing = new ConcurrentHashMap<>();
    Queue<Future<?>> compared = new ConcurrentLinkedQueue<>();
    uploadAll(ready -> {
      if (missing.computeIfAbsent(ready, _ -> new AtomicInteger(NAMES.size())).decrementAndGet()
          == 0) {
        compared.add(comparisons.submit(() -> handle(ready)));
      }
    });
    for (Future<?> tensor : compared) {
      tensor.get();
    }
  }

  /// @param uploaded is called for each copy that is in the store
  private void uploadAll(Consumer<TensorReady> uploaded) throws Exception {
    List<Future<?>> running = new ArrayList<>();
    for (TensorReady ready : tensors) {
      for (TensorCopy copy : ready.tensor().copies()) {
        running.add(
            uploads.submit(() -> {
              upload(ready, copy);
              uploaded.accept(ready);
              return null;
            }));
      }
    }
    for (Future<?> upload : running) {
      upload.get();
    }
  }

  private void upload(TensorReady ready, TensorCopy copy) throws IOException {
    Checkpoint model = models.get(NAMES.indexOf(copy.model()));
    TensorInfo tensor = model.find(ready.tensor().tensor()).orElseThrow();
    store.put(
        ((InStore) copy.stored().getFirst().location()).key(),
        new TensorStream(model.bytes(tensor)),
        OptionalLong.of(copy.bytes()));
  }

  private interface Step {
    Object run(TensorReady ready) throws IOException;
  }

  private void each(Step step) throws Exception {
    List<Future<?>> running = new ArrayList<>();
    for (TensorReady ready : tensors) {
      running.add(comparisons.submit(() -> step.run(ready)));
    }
    for (Future<?> tensor : running) {
      tensor.get();
    }
  }

  private Void download(TensorReady ready) throws IOException {
    sources.open(ready.tensor().copies()).close();
    return null;
  }

  private TensorResult handle(TensorReady ready) throws IOException {
    return new TensorHandler(sources, new EndedAttempts(store), analysis::compare).handle(ready);
  }

  /// Seconds of comparing alone, each tensor read before the clock runs.
  private double compareFromMemory() throws IOException {
    DoubleAdder seconds = new DoubleAdder();
    TensorHandler handler =
        new TensorHandler(
            sources,
            new EndedAttempts(store),
            (copies, rows) -> {
              long start = System.nanoTime();
              var result = analysis.compare(copies, rows);
              seconds.add((System.nanoTime() - start) / 1e9);
              return result;
            });
    for (TensorReady ready : tensors) {
      handler.handle(ready);
    }
    return seconds.sum();
  }

  private void remove() throws IOException {
    for (ObjectStore.ObjectInfo found : store.list("bench/")) {
      store.delete(found.key());
    }
  }

  @Override
  public void close() {
    uploads.shutdown();
    comparisons.shutdown();
    analysis.close();
  }
}
