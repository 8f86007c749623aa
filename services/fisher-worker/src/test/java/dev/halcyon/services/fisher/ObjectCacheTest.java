package dev.halcyon.services.fisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.contracts.job.FisherTask.Range;
import dev.halcyon.contracts.store.PlacedModel;
import dev.halcyon.objectstore.MemoryObjectStore;
import dev.halcyon.objectstore.NoSuchObjectException;
import dev.halcyon.services.fisher.ObjectCache.Limits;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObjectCacheTest {
  private static final int SIZE = 1000;
  private static final Limits LARGE = limits(1L << 40);

  @TempDir private Path folder;
  private final MemoryObjectStore store = new MemoryObjectStore();
  private final CountedStore counted = new CountedStore(store);
  private final List<ObjectCache> opened = new ArrayList<>();

  private static Limits limits(long most) {
    return new Limits(most, 0, () -> Long.MAX_VALUE);
  }

  @BeforeEach
  void putObjects() throws IOException {
    for (String key : List.of("models/a", "models/b", "models/c")) {
      byte[] content = new byte[SIZE];
      new Random(key.hashCode()).nextBytes(content);
      store.put(key, content);
    }
  }

  @AfterEach
  void close() throws IOException {
    for (ObjectCache cache : opened) {
      cache.close();
    }
  }

  private ObjectCache open(Limits limits) throws IOException {
    opened.add(ObjectCache.open(counted.store(), folder, limits));
    return opened.getLast();
  }

  /// What is read is what the store has.
  private void read(ObjectCache cache, String key) throws IOException {
    byte[] part = new byte[SIZE / 2];
    byte[] all = store.get(key);
    for (int from = 0; from < SIZE; from += part.length) {
      cache.read(key, from, MemorySegment.ofArray(part));
      assertThat(part).isEqualTo(Arrays.copyOfRange(all, from, from + part.length));
    }
  }

  private Path fileOf(String key) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.endsWith(key)).findFirst().orElseThrow();
    }
  }

  private long keptBytes() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  @Test
  void anObjectIsReadFromTheStoreOnce() throws IOException {
    ObjectCache cache = open(LARGE);
    read(cache, "models/a");
    read(cache, "models/a");

    assertThat(counted.bytes("models/a")).isEqualTo(SIZE);
  }

  @Test
  void anObjectOfSeveralBlocksIsKeptWhole() throws IOException {
    byte[] large = new byte[(32 << 20) + 12_345];
    new Random(1).nextBytes(large);
    store.put("models/large", large);
    byte[] found = new byte[large.length];

    open(LARGE).read("models/large", 0, MemorySegment.ofArray(found));

    assertThat(found).isEqualTo(large);
    assertThat(Files.readAllBytes(fileOf("models/large"))).isEqualTo(large);
    assertThat(counted.bytes("models/large")).isEqualTo(large.length);
  }

  @Test
  void threadsThatReadTheSameObjectFetchItOnce() throws Exception {
    ObjectCache cache = open(LARGE);
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<?>> reads = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        String key = List.of("models/a", "models/b", "models/c").get(i % 3);
        reads.add(
            threads.submit(() -> {
              read(cache, key);
              return null;
            }));
      }
      for (Future<?> read : reads) {
        read.get();
      }
    }
    assertThat(counted.reads("models/").values()).hasSize(3).containsOnly(1.0);
  }

  @Test
  void theObjectWhoseLastUseIsLongestAgoMakesRoom() throws IOException {
    ObjectCache cache = open(limits(2 * SIZE));
    for (String key : List.of("models/a", "models/b", "models/a", "models/c")) {
      read(cache, key);
    }
    assertThat(keptBytes()).isEqualTo(2 * SIZE);

    read(cache, "models/a");
    read(cache, "models/c");
    assertThat(counted.bytes("models/a")).isEqualTo(SIZE);
    assertThat(counted.bytes("models/c")).isEqualTo(SIZE);
    read(cache, "models/b");
    assertThat(counted.bytes("models/b")).isEqualTo(2 * SIZE);
  }

  @Test
  void whatHasNoRoomIsReadInPartsAndDisplacesNothing() throws IOException {
    store.put("models/large", new byte[4 * SIZE]);
    ObjectCache cache = open(limits(2 * SIZE));
    read(cache, "models/a");

    cache.read("models/large", SIZE, MemorySegment.ofArray(new byte[10]));

    assertThat(counted.bytes("models/large")).isEqualTo(10);
    assertThat(keptBytes()).isEqualTo(SIZE);
  }

  @Test
  void spaceIsLeftForTemporaryFiles() throws IOException {
    ObjectCache cache = open(new Limits(1L << 40, 5 * SIZE, () -> 6 * SIZE - keptNow()));
    read(cache, "models/a");
    read(cache, "models/b");

    assertThat(keptBytes()).isEqualTo(SIZE);
  }

  private long keptNow() {
    try {
      return keptBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void theNextProcessUsesWhatIsKept() throws IOException {
    read(open(LARGE), "models/a");
    opened.removeFirst().close();

    read(open(LARGE), "models/a");

    assertThat(counted.bytes("models/a")).isEqualTo(SIZE);
  }

  @Test
  void aFileThatIsCutShortIsNotUsed() throws IOException {
    read(open(LARGE), "models/a");
    opened.removeFirst().close();
    cut(fileOf("models/a"));

    ObjectCache cache = open(LARGE);
    read(cache, "models/a");
    assertThat(counted.bytes("models/a")).isEqualTo(2 * SIZE);
    read(cache, "models/a");
    assertThat(counted.bytes("models/a")).isEqualTo(2 * SIZE);
  }

  @Test
  void aFileThatIsCutShortInUseIsNotUsed() throws IOException {
    ObjectCache cache = open(LARGE);
    read(cache, "models/a");
    cut(fileOf("models/a"));
    read(cache, "models/a");
    read(cache, "models/a");
    assertThat(fileOf("models/a")).hasSize(SIZE);
    Files.delete(fileOf("models/a"));
    read(cache, "models/a");
  }

  private static void cut(Path file) throws IOException {
    try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
      opened.setLength(SIZE - 1);
    }
  }

  @Test
  void whatAKilledProcessHadNotFinishedIsRemoved() throws IOException {
    open(LARGE).close();
    opened.clear();
    Path unfinished = Files.createDirectories(folder.resolve("halcyon-weights-0/~uploads"));
    Files.write(unfinished.resolve("part"), new byte[SIZE]);

    open(LARGE);

    assertThat(keptBytes()).isZero();
  }

  @Test
  void workersOnTheSameDiskHaveFoldersOfTheirOwn() throws IOException {
    read(open(limits(SIZE)), "models/a");
    read(open(limits(SIZE)), "models/b");

    assertThat(folder.resolve("halcyon-weights-0/models/a")).exists();
    assertThat(folder.resolve("halcyon-weights-1/models/b")).exists();
  }

  @Test
  void aFolderThatCannotBeWrittenFailsNoTask() throws IOException {
    ObjectCache cache = open(LARGE);
    Files.write(folder.resolve("halcyon-weights-0/models"), new byte[0]);

    read(cache, "models/a");
  }

  @Test
  void anObjectThatIsNotThereIsNamed() throws IOException {
    ObjectCache cache = open(LARGE);

    assertThatThrownBy(() -> cache.read("models/none", 0, MemorySegment.ofArray(new byte[1])))
        .isInstanceOf(NoSuchObjectException.class)
        .hasMessageContaining("models/none");
  }

  /// Each object of a model comes from the store once, however many tasks it has.
  @Test
  void tasksOfAModelReadItOnce() throws IOException {
    ListenedTasks tasks = new ListenedTasks();
    PlacedModel model = PlacedModels.inStore(ListenedTasks.model(), tasks.store);
    Range first = tasks.of(model);
    CountedStore counts = new CountedStore(tasks.store);
    ObjectCache cache = ObjectCache.open(counts.store(), folder, LARGE);
    opened.add(cache);
    TaskHandler handler = TaskHandler.on(counts.store(), cache, ListenedTasks.MACHINE);

    for (String job : List.of("first", "second")) {
      handler.handle(of(job, first), _ -> {});
    }
    Map<String, Double> reads = counts.reads(PlacedModels.FOLDER.prefix());

    assertThat(model.tensors().keySet())
        .hasSizeGreaterThan(50)
        .allSatisfy(
            tensor -> assertThat(reads).containsEntry(PlacedModels.FOLDER.tensorKey(tensor), 1.0));
    assertThat(reads)
        .containsEntry(PlacedModels.FOLDER.fileKey(PlacedModel.CONFIG), 1.0)
        .containsEntry(PlacedModels.FOLDER.fileKey(PlacedModel.TOKENIZER), 1.0);
  }

  private static Range of(String job, Range task) {
    return new Range(
        job,
        task.attempt(),
        task.model(),
        task.source(),
        task.parts(),
        task.calibration(),
        task.range(),
        task.ranges(),
        task.from(),
        task.to(),
        task.estimator(),
        task.chunks(),
        task.saveDiagonal(),
        task.allowConfigFields());
  }
}
