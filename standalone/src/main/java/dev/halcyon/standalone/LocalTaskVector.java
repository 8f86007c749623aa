package dev.halcyon.standalone;

import dev.halcyon.analysis.fisher.diagonal.DiagonalFile;
import dev.halcyon.analysis.fisher.diagonal.DiagonalFormat;
import dev.halcyon.analysis.taskvector.ChangeStatistics;
import dev.halcyon.analysis.taskvector.SparseTaskVector;
import dev.halcyon.analysis.taskvector.TaskVectorAnalysis;
import dev.halcyon.analysis.taskvector.TaskVectorAnalysis.Tensor;
import dev.halcyon.analysis.taskvector.TaskVectorScan;
import dev.halcyon.analysis.taskvector.TaskVectorScan.Elements;
import dev.halcyon.analysis.taskvector.TaskVectorScan.Sink;
import dev.halcyon.analysis.values.ValueBytes;
import dev.halcyon.contracts.job.Plan;
import dev.halcyon.contracts.job.Plan.PlannedTensor;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.request.ModelSpec;
import dev.halcyon.contracts.store.TensorCopy;
import dev.halcyon.contracts.store.TensorValue;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.BadInputException;
import dev.halcyon.tensors.Checkpoint;
import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A task vector from start to end in this JVM: tensor by tensor, none of the models in memory.
final class LocalTaskVector {
  static final String DEFAULT_OUTPUT = "task_vectors";
  private static final String NAME = "task_vector";

  private final ModelSpec base;
  private final ModelSpec fineTune;
  private final Save save;
  private final ResultFolder results;
  private final Console console;
  private final TaskVectorScan scan = new TaskVectorScan();

  /// What is written beside the numbers.
  enum Save {
    SAFETENSORS,
    PT,
    NONE,
    /// The elements that differ.
    SPARSE
  }

  LocalTaskVector(
      ModelSpec base, ModelSpec fineTune, Save save, ResultFolder results, Console console) {
    this.base = base;
    this.fineTune = fineTune;
    this.save = save;
    this.results = results;
    this.console = console;
  }

  /// Returns the exit status.
  int run() throws IOException {
    LocalModels.requireNamed(List.of(base, fineTune));
    return LocalWork.run(results, console, this::run);
  }

  private ExitCode run(WorkFolder work) throws IOException {
    Path staging = results.begin();
    List<String> files = new ArrayList<>();
    TaskVectorSummary summary =
        save == Save.SPARSE
            ? sparse(work, staging, files)
            : dense(work, base, fineTune, staging, files);
    results.publish(files);
    summary.lines().forEach(console::say);
    console.say("");
    console.say("Results are in " + results.path() + ":");
    files.forEach(file -> console.say("  " + file));
    return ExitCode.DONE;
  }

  private TaskVectorSummary dense(
      WorkFolder work, ModelSpec from, ModelSpec to, Path staging, List<String> files)
      throws IOException {
    try (ObjectStore store = LocalModels.store(work, List.of(from, to));
        PairedTensors paired = PairedTensors.plan(store, from, to)) {
      Plan plan = paired.plan();
      List<Tensor> tensors = scan(paired, store, staging, files);
      TaskVectorAnalysis analysis = TaskVectorAnalysis.of(tensors);
      write(staging, files, TaskVectorAnalysis.FILE, analysis.json());
      TaskVectorInfo info = TaskVectorInfo.of(base, fineTune, plan, analysis);
      write(staging, files, TaskVectorInfo.FILE, Json.prettyBytes(info));
      return new TaskVectorSummary(analysis, plan, Optional.empty());
    }
  }

  private static void write(Path staging, List<String> files, String name, byte[] content)
      throws IOException {
    Files.write(staging.resolve(name), content);
    files.add(name);
  }

  private List<Tensor> scan(
      PairedTensors paired, ObjectStore store, Path staging, List<String> files)
      throws IOException {
    List<TensorSpec> specs = paired.plan().tensors().stream().map(LocalTaskVector::spec).toList();
    Optional<DiagonalFormat> format =
        switch (save) {
          case SAFETENSORS -> Optional.of(DiagonalFormat.SAFETENSORS);
          case PT -> Optional.of(DiagonalFormat.PT);
          case NONE, SPARSE -> Optional.empty();
        };
    if (format.isEmpty()) {
      return scan(paired, store, _ -> _ -> {});
    }
    String name = NAME + "." + save.name().toLowerCase(Locale.ROOT);
    try (DiagonalFile file = format.get().create(staging.resolve(name), specs)) {
      List<Tensor> tensors = scan(paired, store, tensor -> floats -> file.write(tensor, floats));
      file.commit();
      files.add(name);
      return tensors;
    }
  }

  private static TensorSpec spec(PlannedTensor tensor) {
    return new TensorSpec(tensor.tensor(), DType.F32, tensor.shape());
  }

  /// Where a tensor's change goes.
  private interface Sinks {
    Sink of(String tensor);
  }

  private List<Tensor> scan(PairedTensors paired, ObjectStore store, Sinks sinks)
      throws IOException {
    List<Tensor> tensors = new ArrayList<>();
    try (StoredElements elements = new StoredElements(store);
        StageDisplay progress =
            StageDisplay.of(
                console, "task vector", paired.plan().tensors().size(), paired.plan().bytes())) {
      for (int i = 0; i < paired.plan().tensors().size(); i++) {
        PlannedTensor tensor = paired.next();
        ChangeStatistics found = scan(tensor, elements, sinks.of(tensor.tensor()));
        tensors.add(new Tensor(tensor.tensor(), tensor.shape(), found));
        progress.add(1, tensor.bytes());
      }
    }
    return tensors;
  }

  private ChangeStatistics scan(PlannedTensor tensor, StoredElements elements, Sink sink)
      throws IOException {
    long count = tensor.shape().elements();
    TensorCopy tuned = tensor.copies().getLast();
    return tuned.value() instanceof TensorValue.Unchanged
        ? scan.unchanged(count, sink)
        : scan.scan(
            opened(tensor.copies().getFirst(), elements), opened(tuned, elements), count, sink);
  }

  private static Elements opened(TensorCopy copy, StoredElements elements) {
    return new Elements(copy.dtype(), ValueBytes.of(copy.value(), elements::bytes));
  }

  /// Bits are compared in files, so that models of the Hub are downloaded first.
  private TaskVectorSummary sparse(WorkFolder work, Path staging, List<String> files)
      throws IOException {
    try (ModelFolders folders = new ModelFolders(work, console)) {
      Path from = folders.of(base);
      Path to = folders.of(fineTune);
      if (ModelFolders.isAdapter(to)) {
        throw new BadInputException(
            fineTune.model()
                + " is a LoRA adapter, which is smaller than a task vector: --sparse takes whole"
                + " models");
      }
      TaskVectorSummary dense =
          dense(work, ModelSpec.of(from.toString()), ModelSpec.of(to.toString()), staging, files);
      try (Checkpoint before = Checkpoint.open(from);
          Checkpoint after = Checkpoint.open(to);
          StageDisplay progress =
              StageDisplay.of(
                  console,
                  "sparse task vector",
                  after.tensors().size(),
                  SparseTaskVector.bytesToRead(after))) {
        SparseTaskVector.Contents contents =
            SparseTaskVector.write(
                new SparseTaskVector.Names(base.model(), fineTune.model()),
                before,
                after,
                ModelFolders.besideWeights(to),
                staging.resolve(SparseTaskVector.FILE),
                bytes -> progress.add(0, bytes));
        files.addFirst(SparseTaskVector.FILE);
        return dense.with(
            contents, Files.size(staging.resolve(SparseTaskVector.FILE)), after.totalBytes());
      }
    }
  }
}
