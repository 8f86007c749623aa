package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.JobState;
import dev.halcyon.contracts.JobState.Measure;
import dev.halcyon.contracts.JobState.StageProgress;
import dev.halcyon.contracts.JobState.Status;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/// Exports the newest jobs' progress; older jobs' meters go, so that they do not pile up. A meter
/// is registered once, when its stage is first heard of, and reads the job's newest state.
final class JobMeters {
  private static final int JOBS_KEPT = 100;
  private static final Set<Measure> IN_BYTES = Set.of(Measure.TENSORS, Measure.OBJECTS);
  private static final List<Export> EXPORTS =
      List.of(
          new Export(
              "halcyon.job.tensors.done",
              "Tensors of a job's stage that are done",
              Set.of(Measure.TENSORS),
              StageProgress::done),
          new Export(
              "halcyon.job.tensors.planned",
              "Tensors of a job's stage",
              Set.of(Measure.TENSORS),
              StageProgress::total),
          new Export(
              "halcyon.job.objects.done",
              "Objects of a stage that are in the store",
              Set.of(Measure.OBJECTS),
              StageProgress::done),
          new Export(
              "halcyon.job.objects.planned",
              "Objects of a stage",
              Set.of(Measure.OBJECTS),
              StageProgress::total),
          new Export(
              "halcyon.job.bytes.done",
              "Bytes of a job's stage that were read or brought",
              IN_BYTES,
              StageProgress::amountDone),
          new Export(
              "halcyon.job.bytes.planned",
              "Bytes of a job's stage",
              IN_BYTES,
              StageProgress::amountTotal),
          new Export(
              "halcyon.job.layers.done",
              "Layers passed, forward and backward, of a stage",
              Set.of(Measure.LAYERS),
              StageProgress::done),
          new Export(
              "halcyon.job.layers.planned",
              "Layers to pass of a stage",
              Set.of(Measure.LAYERS),
              StageProgress::total),
          new Export(
              "halcyon.job.tokens.done",
              "Arithmetic of a stage that is done, in tokens",
              Set.of(Measure.LAYERS),
              StageProgress::amountDone),
          new Export(
              "halcyon.job.tokens.planned",
              "Tokens of a stage",
              Set.of(Measure.LAYERS),
              StageProgress::amountTotal));

  private final MeterRegistry meters;
  private final Map<String, Exported> newest = new LinkedHashMap<>(16, 0.75f, true);

  /// A number of a stage that is exported for stages of some measures.
  private record Export(
      String name,
      String description,
      Set<Measure> measures,
      ToLongFunction<StageProgress> count) {}

  JobMeters(MeterRegistry meters) {
    this.meters = meters;
    for (Status each : Status.values()) {
      Gauge.builder("halcyon.jobs", this, jobs -> jobs.count(each))
          .description("Jobs with a status, of the newest " + JOBS_KEPT)
          .tag("status", name(each))
          .register(meters);
    }
  }

  private synchronized long count(Status wanted) {
    return newest.values().stream().filter(job -> job.state.status() == wanted).count();
  }

  private static String name(Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }

  synchronized void update(JobState state) {
    newest.computeIfAbsent(state.jobId(), _ -> new Exported()).update(state);
    if (newest.size() > JOBS_KEPT) {
      newest.remove(newest.keySet().iterator().next()).remove();
    }
  }

  /// A job that is exported.
  private final class Exported {
    private final Map<String, List<Meter>> stages = new LinkedHashMap<>();
    private volatile JobState state;
    private Meter status;

    private void update(JobState next) {
      boolean turned = state == null || state.status() != next.status();
      state = next;
      next.stages().forEach(stage -> stages.computeIfAbsent(stage.stage(), _ -> register(stage)));
      if (turned) {
        if (status != null) {
          meters.remove(status);
        }
        status = status(next);
      }
    }

    private List<Meter> register(StageProgress stage) {
      List<Meter> registered = new ArrayList<>();
      for (Export export : EXPORTS) {
        if (export.measures.contains(stage.measure())) {
          registered.add(
              Gauge.builder(export.name, this, job -> job.value(stage.stage(), export.count))
                  .description(export.description)
                  .tags("job", state.jobId(), "stage", stage.stage())
                  .register(meters));
        }
      }
      return registered;
    }

    private Meter status(JobState now) {
      return Gauge.builder("halcyon.job.status", () -> 1)
          .description("1 for the status that a job has")
          .tags("job", now.jobId(), "status", name(now.status()))
          .register(meters);
    }

    private double value(String stage, ToLongFunction<StageProgress> count) {
      return state.stages().stream()
          .filter(found -> found.stage().equals(stage))
          .mapToDouble(count::applyAsLong)
          .findFirst()
          .orElse(Double.NaN);
    }

    private void remove() {
      stages.values().forEach(registered -> registered.forEach(meters::remove));
      meters.remove(status);
    }
  }
}
