package dev.halcyon.contracts.job;

import static java.util.Objects.requireNonNull;

import dev.halcyon.contracts.json.MayBeAbsent;
import dev.halcyon.contracts.request.Analysis;
import dev.halcyon.contracts.request.ModelName;
import dev.halcyon.contracts.store.StoredObject;
import dev.halcyon.contracts.store.StoredTensor;
import dev.halcyon.contracts.store.TensorCopy;
import dev.halcyon.contracts.store.TensorValue;
import dev.halcyon.tensors.Shape;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/// The work of a job, fixed before it starts; `jobs/<id>/plan.json` in the object store.
///
/// @param schema version of this record, 2
/// @param jobId the job's key: a digest of the resolved request
/// @param analyses what is computed
/// @param components the suffixes that narrowed it, empty for all
/// @param models resolved, the base first
/// @param tensors what is compared, by name
/// @param skipped what is not, with the reason
/// @param fisherTasks one for each model and range of samples
/// @param divergenceTasks one for each range of samples
public record Plan(
    int schema,
    String jobId,
    List<Analysis> analyses,
    List<String> components,
    List<ResolvedModel> models,
    List<PlannedTensor> tensors,
    List<SkippedTensor> skipped,
    @MayBeAbsent List<FisherTask.Range> fisherTasks,
    @MayBeAbsent List<FisherTask.Divergence> divergenceTasks) {
  public static final int SCHEMA = 2;

  public Plan {
    analyses = List.copyOf(analyses);
    components = List.copyOf(components);
    models = List.copyOf(models);
    tensors = List.copyOf(tensors);
    skipped = List.copyOf(skipped);
    fisherTasks = fisherTasks == null ? List.of() : List.copyOf(fisherTasks);
    divergenceTasks = divergenceTasks == null ? List.of() : List.copyOf(divergenceTasks);
  }

  /// The same with tasks of Fisher workers.
  public Plan with(List<FisherTask.Range> fisher, List<FisherTask.Divergence> divergence) {
    return new Plan(
        schema, jobId, analyses, components, models, tensors, skipped, fisher, divergence);
  }

  /// The tasks of one model, in the order of their ranges.
  public List<FisherTask.Range> fisherTasks(String model) {
    return fisherTasks.stream()
        .filter(task -> task.model().equals(model))
        .sorted(Comparator.comparingInt(FisherTask.Range::range))
        .toList();
  }

  /// The models that tasks are planned for.
  public List<JobPlan.FisherModel> fisherModels() {
    return fisherTasks.stream()
        .filter(task -> task.range() == 0)
        .map(task ->
            new JobPlan.FisherModel(
                task.model(), task.ranges(), task.chunks(), task.saveDiagonal()))
        .toList();
  }

  /// The divergence that tasks are planned for.
  public Optional<JobPlan.PlannedDivergence> divergence() {
    return divergenceTasks.stream()
        .findFirst()
        .map(task ->
            new JobPlan.PlannedDivergence(
                task.models().stream().map(FisherTask.NamedModel::name).toList(),
                task.ranges(),
                task.alone() > 0));
  }

  /// Where the models are that Fisher workers read, by name.
  public SequencedMap<String, StoredObject> placedModels() {
    SequencedMap<String, StoredObject> placed = new LinkedHashMap<>();
    fisherTasks.forEach(task -> placed.put(task.model(), task.parts()));
    for (FisherTask.Divergence task : divergenceTasks) {
      task.models().forEach(model -> placed.put(model.name(), model.parts()));
    }
    return placed;
  }

  /// Bytes of a model's own that are compared, or known to be identical without a look.
  public long compared(String model) {
    return tensors.stream()
        .flatMap(tensor -> tensor.copies().stream())
        .filter(copy -> copy.model().equals(model))
        .mapToLong(Plan::own)
        .sum();
  }

  private static long own(TensorCopy copy) {
    return switch (copy.value()) {
      case TensorValue.LowRank change -> change.a().bytes() + change.b().bytes();
      case TensorValue.Unchanged same ->
          copy.model().equals(ModelName.BASE) ? same.weight().bytes() : 0;
      case TensorValue.Plain _, TensorValue.Scaled _, TensorValue.Blocks _ -> copy.bytes();
    };
  }

  /// Bytes that the comparison reads, over all models.
  public long bytes() {
    return tensors.stream().mapToLong(PlannedTensor::bytes).sum();
  }

  /// A model whose revision is settled.
  ///
  /// @param name `base`, `ft1`, …
  /// @param source the absolute folder, or `hf:org/name@commit`
  /// @param fingerprint digest of a local folder's file sizes, times and headers, or
  ///   `org/name@commit`
  /// @param tensors weights in the checkpoint
  /// @param bytes of them, with the scales that they are multiplied by
  /// @param notes what a reader must know of how it was read
  /// @param prefixes that its tensors' names have in place of those of their keys
  public record ResolvedModel(
      String name,
      String source,
      String fingerprint,
      long tensors,
      long bytes,
      List<String> notes,
      List<Prefix> prefixes) {
    private static final String HUB = "hf:";

    public ResolvedModel {
      notes = notes == null ? List.of() : List.copyOf(notes);
      prefixes = prefixes == null ? List.of() : List.copyOf(prefixes);
    }

    /// A model whose tensors have their names as keys.
    public ResolvedModel(
        String name,
        String source,
        String fingerprint,
        long tensors,
        long bytes,
        List<String> notes) {
      this(name, source, fingerprint, tensors, bytes, notes, List.of());
    }

    /// The same with tensors that have other keys than their names.
    public ResolvedModel with(List<Prefix> prefixes) {
      return new ResolvedModel(name, source, fingerprint, tensors, bytes, notes, prefixes);
    }

    /// Whether it is on the Hub, so that its fingerprint names a commit.
    public boolean onHub() {
      return source.startsWith(HUB);
    }
  }

  /// What the names of a model's tensors begin with in place of what their keys begin with.
  ///
  /// @param name the beginning of names, with its dot
  /// @param key the beginning of keys; empty where the prefix is taken off
  public record Prefix(String name, String key) {}

  /// A tensor that two or more models share.
  ///
  /// @param tensor its key
  /// @param shape of the part that is compared
  /// @param copies where each model has it, in the models' order
  /// @param note what a reader must know, such as that only shared rows are compared
  public record PlannedTensor(
      String tensor, Shape shape, List<TensorCopy> copies, Optional<String> note) {
    public PlannedTensor {
      requireNonNull(shape, "shape is null");
      copies = List.copyOf(copies);
    }

    /// Bytes that a comparison reads: what several copies are made of counts once.
    public long bytes() {
      return copies.stream()
          .flatMap(copy -> copy.stored().stream())
          .distinct()
          .mapToLong(StoredTensor::bytes)
          .sum();
    }
  }

  /// A tensor, or one model's copy of it, that is not compared.
  ///
  /// @param tensor its key
  /// @param models that the reason concerns
  /// @param reason its class
  /// @param detail readable text, naming shapes or dtypes
  public record SkippedTensor(
      String tensor, List<String> models, SkipReason reason, String detail) {
    public SkippedTensor {
      models = List.copyOf(models);
    }
  }
}
