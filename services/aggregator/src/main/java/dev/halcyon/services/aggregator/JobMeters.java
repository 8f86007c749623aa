package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.JobState;
import dev.halcyon.contracts.JobState.Measure;
import dev.halcyon.contracts.JobState.StageProgress;
import dev.halcyon.contracts.JobState.Status;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// Exports the newest jobs' progress; older jobs' meters go, so that they do not pile up.
final class JobMeters {
  private static final int JOBS_KEPT = 100;
  private static final Set<Measure> IN_BYTES = Set.of(Measure.TENSORS, Measure.OBJECTS);

  private final Map<String, JobState> newest =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, JobState> eldest) {
          return size() > JOBS_KEPT;
        }
      };
  private final MultiGauge tensorsDone;
  private final MultiGauge tensorsTotal;
  private final MultiGauge objectsDone;
  private final MultiGauge objectsTotal;
  private final MultiGauge bytesDone;
  private final MultiGauge bytesTotal;
  private final MultiGauge layersDone;
  private final MultiGauge layersTotal;
  private final MultiGauge tokensDone;
  private final MultiGauge tokensTotal;
  private final MultiGauge status;

  JobMeters(MeterRegistry meters) {
    tensorsDone =
        gauge(meters, "halcyon.job.tensors.done", "Tensors of a job's stage that are done");
    tensorsTotal = gauge(meters, "halcyon.job.tensors.planned", "Tensors of a job's stage");
    objectsDone =
        gauge(meters, "halcyon.job.objects.done", "Objects of a stage that are in the store");
    objectsTotal = gauge(meters, "halcyon.job.objects.planned", "Objects of a stage");
    bytesDone =
        gauge(meters, "halcyon.job.bytes.done", "Bytes of a job's stage that were read or brought");
    bytesTotal = gauge(meters, "halcyon.job.bytes.planned", "Bytes of a job's stage");
    layersDone =
        gauge(meters, "halcyon.job.layers.done", "Layers passed, forward and backward, of a stage");
    layersTotal = gauge(meters, "halcyon.job.layers.planned", "Layers to pass of a stage");
    tokensDone =
        gauge(meters, "halcyon.job.tokens.done", "Arithmetic of a stage that is done, in tokens");
    tokensTotal = gauge(meters, "halcyon.job.tokens.planned", "Tokens of a stage");
    status = gauge(meters, "halcyon.job.status", "1 for the status that a job has");
    for (Status each : Status.values()) {
      Gauge.builder("halcyon.jobs", this, jobs -> jobs.count(each))
          .description("Jobs with a status, of the newest " + JOBS_KEPT)
          .tag("status", name(each))
          .register(meters);
    }
  }

  private synchronized long count(Status wanted) {
    return newest.values().stream().filter(state -> state.status() == wanted).count();
  }

  private static String name(Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }

  private static MultiGauge gauge(MeterRegistry meters, String name, String description) {
    return MultiGauge.builder(name).description(description).register(meters);
  }

  synchronized void update(JobState state) {
    newest.put(state.jobId(), state);
    tensorsDone.register(rows(Measure.TENSORS, StageProgress::done), true);
    tensorsTotal.register(rows(Measure.TENSORS, StageProgress::total), true);
    objectsDone.register(rows(Measure.OBJECTS, StageProgress::done), true);
    objectsTotal.register(rows(Measure.OBJECTS, StageProgress::total), true);
    bytesDone.register(rows(IN_BYTES, StageProgress::amountDone), true);
    bytesTotal.register(rows(IN_BYTES, StageProgress::amountTotal), true);
    layersDone.register(rows(Measure.LAYERS, StageProgress::done), true);
    layersTotal.register(rows(Measure.LAYERS, StageProgress::total), true);
    tokensDone.register(rows(Measure.LAYERS, StageProgress::amountDone), true);
    tokensTotal.register(rows(Measure.LAYERS, StageProgress::amountTotal), true);
    status.register(statuses(), true);
  }

  private List<Row<?>> rows(Measure measure, Function<StageProgress, Long> count) {
    return rows(Set.of(measure), count);
  }

  private List<Row<?>> rows(Set<Measure> measures, Function<StageProgress, Long> count) {
    List<Row<?>> rows = new ArrayList<>();
    for (JobState state : newest.values()) {
      for (StageProgress stage : state.stages()) {
        if (measures.contains(stage.measure())) {
          Tags tags = Tags.of("job", state.jobId(), "stage", stage.stage());
          rows.add(Row.of(tags, count.apply(stage)));
        }
      }
    }
    return rows;
  }

  private List<Row<?>> statuses() {
    List<Row<?>> rows = new ArrayList<>();
    for (JobState state : newest.values()) {
      rows.add(Row.of(Tags.of("job", state.jobId(), "status", name(state.status())), 1));
    }
    return rows;
  }
}
