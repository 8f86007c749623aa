package dev.halcyon.services.fisher;

import dev.halcyon.contracts.job.FisherProgress;
import dev.halcyon.contracts.job.FisherTask;
import dev.halcyon.contracts.results.FisherResult;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.EnvironmentException;
import dev.halcyon.services.common.Failures;
import dev.halcyon.services.common.LocalRoots;
import dev.halcyon.transformer.MemoryBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;

/// The Fisher worker, wired: what it does with a message, over any transport.
public final class FisherWorker {
  /// The service's name in events.
  public static final String SERVICE = "fisher-worker";

  private final TaskHandler tasks;

  /// What of the machine the worker takes.
  ///
  /// @param device `cpu`, or `cuda:0` and so on
  /// @param threads that compute; all cores where absent
  /// @param memory in bytes for layer inputs, kept activations and the output matrix's sums; 2 GiB
  ///   or a quarter of the machine's where absent
  /// @param disk in bytes for temporary files of what does not fit there; 16 GiB where absent
  /// @param temporaryFolder of those and of a diagonal on its way to the store; `java.io.tmpdir`
  ///   where absent
  /// @param batchSize samples that go through the model together at most; as many as fit where
  ///   absent
  /// @param roots below which local files are read
  public record Settings(
      String device,
      OptionalInt threads,
      OptionalLong memory,
      OptionalLong disk,
      Optional<Path> temporaryFolder,
      OptionalInt batchSize,
      LocalRoots roots) {

    /// For files anywhere on this machine.
    public Settings(
        String device,
        OptionalInt threads,
        OptionalLong memory,
        OptionalLong disk,
        Optional<Path> temporaryFolder,
        OptionalInt batchSize) {
      this(device, threads, memory, disk, temporaryFolder, batchSize, LocalRoots.everywhere());
    }

    Machine machine() {
      return new Machine(
          device, threads.orElse(Runtime.getRuntime().availableProcessors()), budget(), roots);
    }

    private MemoryBudget budget() {
      MemoryBudget standard = MemoryBudget.standard();
      Path folder = temporaryFolder.orElse(standard.folder());
      try {
        Files.createDirectories(folder);
      } catch (IOException e) {
        throw new EnvironmentException(
            "cannot create the folder %s (halcyon.fisher.temporary-folder): %s"
                .formatted(folder, Failures.of(e).message()),
            e);
      }
      return new MemoryBudget(
          memory.orElse(standard.memory()),
          disk.orElse(standard.disk()),
          folder,
          batchSize.orElse(standard.samples()));
    }
  }

  public FisherWorker(ObjectStore store, Settings settings) {
    this(store, store::read, settings);
  }

  /// @param reads of the models' objects
  FisherWorker(ObjectStore store, ObjectReads reads, Settings settings) {
    this.tasks = TaskHandler.on(store, reads, settings.machine());
  }

  /// Does a task; returns when its outcome is in the store.
  ///
  /// @param progress receives the progress of the task
  public FisherResult compute(FisherTask task, Consumer<FisherProgress> progress)
      throws IOException {
    return tasks.handle(task, progress);
  }

  TaskHandler tasks() {
    return tasks;
  }
}
