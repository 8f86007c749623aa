package dev.halcyon.contracts.results;

import dev.halcyon.contracts.job.Plan;
import dev.halcyon.contracts.json.MayBeAbsent;
import dev.halcyon.contracts.request.Analysis;
import dev.halcyon.tensors.Shape;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;

/// What a job found: `report.json`. All but `run` is the same bytes whenever the same content is
/// compared.
///
/// @param schema version of this record, 1
/// @param jobId the job's key
/// @param request what was asked
/// @param models compared, the base first
/// @param plan what the job counted on
/// @param results one entry for each compared tensor, by name
/// @param skipped what was not compared, with the reason
/// @param summary over all tensors, one entry for each pair
/// @param layers roll-up by layer (`embeddings`, `layer_0`, …, `final_norm`, `lm_head`)
/// @param components roll-up over layers by component (`self_attn.q_proj`)
/// @param fisher Fisher information, one entry for each model that it was asked for
/// @param divergence of the fine-tunes' output from the base's, where it was asked for
/// @param run when, where and how long
public record Report(
    int schema,
    String jobId,
    Request request,
    List<Model> models,
    PlanCounts plan,
    List<TensorRow> results,
    List<Plan.SkippedTensor> skipped,
    List<PairSummary> summary,
    List<RollUp> layers,
    List<RollUp> components,
    @MayBeAbsent List<ModelFisher> fisher,
    Optional<DivergenceReport> divergence,
    Run run) {
  public static final int SCHEMA = 1;

  public Report {
    models = List.copyOf(models);
    results = List.copyOf(results);
    skipped = List.copyOf(skipped);
    summary = List.copyOf(summary);
    layers = List.copyOf(layers);
    components = List.copyOf(components);
    fisher = fisher == null ? List.of() : List.copyOf(fisher);
    divergence = divergence == null ? Optional.empty() : divergence;
  }

  /// What was asked, without what may differ between two requests for the same job.
  public record Request(List<Analysis> analyses, List<String> components) {}

  /// A model that was compared.
  ///
  /// @param name `base`, `ft1`, …
  /// @param fingerprint digest of a local folder's file sizes, times and headers, or
  ///   `org/name@commit`
  /// @param tensors weights in the checkpoint
  /// @param bytes of them, with the scales that they are multiplied by
  /// @param compared bytes of it that were compared with another model's
  /// @param prefixes that its tensors' names have in place of those of their keys
  /// @param notes what a reader must know of how it was read, such as which files were ignored
  public record Model(
      String name,
      String fingerprint,
      long tensors,
      long bytes,
      long compared,
      List<Plan.Prefix> prefixes,
      List<String> notes) {
    public Model {
      prefixes = prefixes == null ? List.of() : List.copyOf(prefixes);
      notes = notes == null ? List.of() : List.copyOf(notes);
    }
  }

  /// What the plan promised: the job is complete when as many results are there.
  public record PlanCounts(long tensors, long bytes, long skipped) {}

  /// A compared tensor.
  ///
  /// @param tensorKey its name in the checkpoint
  /// @param layer its number, absent for embeddings, final norm and head
  /// @param layerName `layer_0`, `embeddings`, …
  /// @param componentType as `self_attn.q_proj`
  /// @param shape of the part that was compared
  /// @param note what a reader must know
  /// @param similarity the numbers
  public record TensorRow(
      String tensorKey,
      OptionalInt layer,
      String layerName,
      String componentType,
      Shape shape,
      Optional<String> note,
      SimilarityResult similarity) {}

  /// A pair over several tensors.
  ///
  /// @param pair as `base_vs_ft1`
  /// @param cosine of the tensors' mean column cosines
  /// @param distance of the tensors' mean column distances
  public record PairSummary(String pair, Summary cosine, Summary distance) {}

  /// A layer or a component.
  ///
  /// @param name of it
  /// @param tensors that belong to it
  /// @param pairs one entry for each pair
  public record RollUp(String name, long tensors, List<PairSummary> pairs) {}

  /// The Fisher information of a model.
  ///
  /// @param model `base`, `ft1`, …
  /// @param report of it
  /// @param diagonal the saved diagonal, where it was asked for
  public record ModelFisher(
      String model, FisherReport report, Optional<FisherOutcome.SavedDiagonal> diagonal) {}

  /// What differs from run to run.
  ///
  /// @param version of Halcyon
  /// @param host that put the report together
  /// @param started when the plan was announced
  /// @param finished when the report was put together
  /// @param seconds between the two
  /// @param bytesPerSecond read on the average
  /// @param paths of the models
  public record Run(
      String version,
      String host,
      Instant started,
      Instant finished,
      double seconds,
      double bytesPerSecond,
      SortedMap<String, String> paths) {}
}
