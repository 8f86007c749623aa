package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.job.JobPlan;
import dev.halcyon.contracts.job.Plan;
import dev.halcyon.contracts.job.Plan.PlannedTensor;
import dev.halcyon.contracts.job.Plan.ResolvedModel;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.request.Analysis;
import dev.halcyon.contracts.request.Rendering;
import dev.halcyon.contracts.results.SimilarityResult;
import dev.halcyon.contracts.results.SimilarityResult.PairSimilarity;
import dev.halcyon.contracts.results.SimilarityResult.Quantiles;
import dev.halcyon.contracts.results.SimilarityResult.TaskVectorPair;
import dev.halcyon.contracts.results.SimilarityResult.TaskVectorStatistics;
import dev.halcyon.contracts.results.TensorResult;
import dev.halcyon.contracts.store.Digest;
import dev.halcyon.contracts.store.StoredObject;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.tensors.Shape;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Made-up jobs of a base and two fine-tunes, and results as large as those of real tensors.
public final class CountedJobs {
  private static final long BYTES = 3 * 100_000_000L;

  private CountedJobs() {}

  /// Puts a job's plan; returns what announces it, all of its tensors being dispatched.
  public static JobPlan announce(ObjectStore store, String jobId, int tensors) throws IOException {
    byte[] plan = Json.bytes(plan(jobId, tensors));
    String key = StoreKeys.plan(jobId, 1);
    store.put(key, plan);
    return new JobPlan(
        jobId,
        1,
        "request-" + jobId,
        new StoredObject(key, plan.length, Digest.sha256(plan)),
        tensors,
        tensors * BYTES,
        List.of(),
        Optional.empty(),
        new Rendering(List.of("base", "ft1", "ft2"), Optional.empty()),
        null);
  }

  private static Plan plan(String jobId, int tensors) {
    return new Plan(
        1,
        jobId,
        List.of(Analysis.SIMILARITY),
        List.of(),
        IntStream.range(0, 3).mapToObj(i -> model(i, tensors)).toList(),
        IntStream.range(0, tensors).mapToObj(i -> tensor(name(i))).toList(),
        List.of(),
        List.of(),
        List.of());
  }

  private static ResolvedModel model(int number, int tensors) {
    String name = number == 0 ? "base" : "ft" + number;
    return new ResolvedModel(name, "hf:org/" + name + "@c0", "org/" + name, tensors, 1, List.of());
  }

  private static PlannedTensor tensor(String name) {
    return new PlannedTensor(name, Shape.of(4096, 11008), List.of(), Optional.empty());
  }

  /// The tensors of a job, by their places.
  public static String tensor(int number) {
    return name(number);
  }

  /// As a model of many experts names its tensors.
  private static String name(int number) {
    return "model.layers.%d.mlp.experts.%d.up_proj.weight".formatted(number / 200, number % 200);
  }

  /// The result of a tensor.
  public static TensorResult result(String jobId, int number) {
    return result(jobId, name(number));
  }

  /// The result of a tensor.
  public static TensorResult result(String jobId, String tensor) {
    SimilarityResult similarity =
        new SimilarityResult(
            List.of(pair("base_vs_ft1"), pair("base_vs_ft2"), pair("ft1_vs_ft2")),
            List.of(statistics("ft1"), statistics("ft2")),
            List.of(new TaskVectorPair("ft1_vs_ft2", 0.123456789012345, 0.43210987654321)),
            List.of());
    return new TensorResult(jobId, tensor, BYTES, similarity);
  }

  private static PairSimilarity pair(String name) {
    double x = 1.2345678901234567e-4;
    return new PairSimilarity(name, 11008, 1 - x, x, new Quantiles(x, x, x, x, x, x, x, x), 0);
  }

  private static TaskVectorStatistics statistics(String model) {
    double x = 1.2345678901234567e-3;
    return new TaskVectorStatistics(model, x, x, x, x, x, x);
  }
}
