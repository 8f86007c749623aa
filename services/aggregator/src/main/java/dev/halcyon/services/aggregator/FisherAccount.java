package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.FisherProgress;
import dev.halcyon.contracts.FisherResult;
import dev.halcyon.contracts.FisherTask;
import dev.halcyon.contracts.FisherTask.Merge;
import dev.halcyon.contracts.FisherTask.Range;
import dev.halcyon.contracts.JobPlan;
import dev.halcyon.contracts.JobState.Measure;
import dev.halcyon.contracts.JobState.StageProgress;
import dev.halcyon.contracts.ModelArrival;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/// What a job's Fisher tasks have come to.
///
/// A result of an earlier attempt counts for later ones: an attempt computes the same.
///
/// @param arrivals how much of each model is where workers read it
/// @param started the attempt for which each model's tasks were started last
/// @param results of tasks, one for each
/// @param progress of tasks, the newest of each
record FisherAccount(
    List<Arrived> arrivals,
    Map<String, Integer> started,
    List<FisherResult> results,
    List<FisherProgress> progress) {
  static final FisherAccount EMPTY = new FisherAccount(List.of(), Map.of(), List.of(), List.of());

  private static final String FETCH = "fetch ";
  private static final String FISHER = "fisher ";

  /// How much of a model has arrived for an attempt.
  record Arrived(int attempt, ModelArrival model) {
    private boolean isNewsTo(Arrived known) {
      return attempt > known.attempt
          || (attempt == known.attempt && model.there() > known.model.there());
    }
  }

  FisherAccount {
    arrivals = List.copyOf(arrivals);
    started = Map.copyOf(started);
    results = List.copyOf(results);
    progress = List.copyOf(progress);
  }

  /// The same where it is known already.
  FisherAccount arrived(int attempt, ModelArrival model) {
    Arrived now = new Arrived(attempt, model);
    Optional<Arrived> known = arrival(model.model());
    if (known.isPresent() && !now.isNewsTo(known.get())) {
      return this;
    }
    List<Arrived> all = new ArrayList<>(arrivals);
    all.removeIf(found -> found.model().model().equals(model.model()));
    all.add(now);
    return new FisherAccount(all, started, results, progress);
  }

  private Optional<Arrived> arrival(String model) {
    return arrivals.stream().filter(found -> found.model().model().equals(model)).findFirst();
  }

  /// The models of a plan that have arrived whole, and whose tasks were not started.
  List<String> startable(JobPlan plan) {
    return plan.fisherModels().stream()
        .filter(model -> started.getOrDefault(model, 0) < plan.attempt())
        .filter(model ->
            arrival(model)
                .filter(found -> found.attempt() == plan.attempt() && found.model().complete())
                .isPresent())
        .toList();
  }

  FisherAccount started(String model, int attempt) {
    Map<String, Integer> all = new HashMap<>(started);
    all.put(model, attempt);
    List<FisherProgress> others =
        progress.stream().filter(now -> !now.model().equals(model)).toList();
    return new FisherAccount(arrivals, all, results, others);
  }

  boolean has(FisherResult result) {
    return results.stream().anyMatch(found -> isOf(found, result.model(), result.task()));
  }

  FisherAccount counted(FisherResult result) {
    List<FisherResult> all = new ArrayList<>(results);
    all.add(result);
    return new FisherAccount(arrivals, started, all, progress);
  }

  FisherAccount progressed(FisherProgress now) {
    List<FisherProgress> all = new ArrayList<>(progress);
    all.removeIf(then -> then.model().equals(now.model()) && then.task().equals(now.task()));
    all.add(now);
    return new FisherAccount(arrivals, started, results, all);
  }

  /// Whether all of a model's samples are in.
  boolean isComplete(String model) {
    return complete(model).isPresent();
  }

  /// The model's own result.
  Optional<FisherResult> complete(String model) {
    return results.stream()
        .filter(result -> result.model().equals(model) && result.complete())
        .findFirst();
  }

  /// The tasks that a model needs started.
  List<FisherTask> missing(JobPlan plan, String model) {
    List<FisherTask> tasks = new ArrayList<>();
    merge(plan, model).ifPresent(tasks::add);
    ranges(plan, model).stream()
        .filter(range -> range(model, range.name()).isEmpty())
        .forEach(tasks::add);
    return tasks;
  }

  /// The task that adds up a model's ranges, if all of them are there and it has not been done.
  Optional<Merge> merge(JobPlan plan, String model) {
    List<Range> ranges = ranges(plan, model);
    List<FisherResult> found =
        ranges.stream().flatMap(range -> range(model, range.name()).stream()).toList();
    if (isComplete(model) || found.size() < ranges.size()) {
      return Optional.empty();
    }
    Range first = ranges.getFirst();
    return Optional.of(
        new Merge(
            plan.jobId(),
            plan.attempt(),
            model,
            found.stream().map(FisherResult::outcome).toList(),
            first.chunks(),
            first.saveDiagonal()));
  }

  /// Progress of each model that is brought to the store, and of each whose tasks have begun.
  List<StageProgress> stages(JobPlan plan) {
    return plan.fisherModels().stream()
        .flatMap(model -> Stream.concat(fetched(model).stream(), stage(plan, model).stream()))
        .toList();
  }

  private Optional<StageProgress> fetched(String model) {
    return arrival(model)
        .map(Arrived::model)
        .filter(arrival -> arrival.objects() > 0)
        .map(arrival ->
            new StageProgress(
                FETCH + model,
                Measure.OBJECTS,
                arrival.there(),
                arrival.objects(),
                arrival.bytesThere(),
                arrival.bytes(),
                ""));
  }

  private Optional<StageProgress> stage(JobPlan plan, String model) {
    List<Range> ranges = ranges(plan, model);
    List<FisherProgress> begun =
        progress.stream()
            .filter(now -> ranges.stream().anyMatch(range -> isOf(now, model, range.name())))
            .toList();
    if (begun.isEmpty()) {
      return Optional.empty();
    }
    long tokens = projected(begun, ranges, FisherProgress::tokens);
    long layers = projected(begun, ranges, FisherProgress::layers);
    boolean complete = isComplete(model);
    return Optional.of(
        new StageProgress(
            FISHER + model,
            Measure.LAYERS,
            complete ? layers : sum(begun, FisherProgress::layersDone),
            layers,
            complete ? tokens : sum(begun, FisherProgress::tokensDone),
            tokens,
            projected(begun, ranges, FisherProgress::samples) + " samples"));
  }

  /// What all ranges come to if those that have not begun are like those that have.
  private static long projected(
      List<FisherProgress> begun, List<Range> ranges, ToLongFunction<FisherProgress> count) {
    return sum(begun, count) * ranges.size() / begun.size();
  }

  private static long sum(List<FisherProgress> begun, ToLongFunction<FisherProgress> count) {
    return begun.stream().mapToLong(count).sum();
  }

  private static List<Range> ranges(JobPlan plan, String model) {
    return plan.fisherTasks().stream()
        .filter(range -> range.model().equals(model))
        .sorted(Comparator.comparingInt(Range::range))
        .toList();
  }

  private Optional<FisherResult> range(String model, String task) {
    return results.stream().filter(result -> isOf(result, model, task)).findFirst();
  }

  private static boolean isOf(FisherResult result, String model, String task) {
    return result.model().equals(model) && result.task().equals(task);
  }

  private static boolean isOf(FisherProgress progress, String model, String task) {
    return progress.model().equals(model) && progress.task().equals(task);
  }
}
