package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.job.JobState;
import dev.halcyon.contracts.job.JobState.Measure;
import dev.halcyon.contracts.job.JobState.StageProgress;
import dev.halcyon.contracts.job.JobState.Status;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/// The meters of one job. Each is registered once, when its stage is first heard of, and reads the
/// job's newest state.
final class ExportedJob {
  private final MeterRegistry meters;
  private final InstantSource clock;
  private final List<Meter> registered = new ArrayList<>();
  private final Map<String, RecentRate> rates = new HashMap<>();
  private volatile JobState state;
  private Meter status;

  ExportedJob(JobState first, MeterRegistry meters, InstantSource clock) {
    this.meters = meters;
    this.clock = clock;
    this.state = first;
    this.status = register(first.status());
    register("started", "Time when the job's plan was published", JobState::started);
    register("updated", "Time of the last message about the job", JobState::updated);
    update(first);
  }

  static String label(Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }

  Status status() {
    return state.status();
  }

  Instant updated() {
    return state.updated();
  }

  void update(JobState next) {
    boolean turned = state.status() != next.status();
    state = next;
    for (StageProgress stage : next.stages()) {
      if (!rates.containsKey(stage.stage())) {
        rates.put(stage.stage(), new RecentRate());
        register(new Stage(stage));
      }
      rates.get(stage.stage()).add(clock.instant(), stage.amountDone());
    }
    if (turned) {
      meters.remove(status);
      status = register(next.status());
    }
  }

  void remove() {
    registered.forEach(meters::remove);
    meters.remove(status);
  }

  private Meter register(Status now) {
    return Gauge.builder("halcyon.job.status", () -> 1)
        .description("1 for the current status of the job")
        .tags("job_id", state.jobId(), "status", label(now))
        .register(meters);
  }

  private void register(String what, String description, Function<JobState, Instant> time) {
    registered.add(
        Gauge.builder(
                "halcyon.job." + what + ".timestamp",
                this,
                job -> time.apply(job.state).getEpochSecond())
            .description(description)
            .baseUnit("seconds")
            .tag("job_id", state.jobId())
            .register(meters));
  }

  /// What the meters of a stage have in common.
  private final class Stage {
    private final String name;
    private final Tags tags;
    private final String items;
    private final String amounts;

    Stage(StageProgress first) {
      this.name = first.stage();
      this.tags = Tags.of("job_id", state.jobId(), "stage", name);
      this.items = first.measure().name().toLowerCase(Locale.ROOT);
      this.amounts = unitOfAmounts(first.measure());
    }

    private void register(
        String what, String description, Tags labels, ToDoubleFunction<StageProgress> value) {
      registered.add(
          Gauge.builder("halcyon.job." + what, ExportedJob.this, job -> job.value(name, value))
              .description(description)
              .tags(labels)
              .register(meters));
    }
  }

  private static String unitOfAmounts(Measure measure) {
    return switch (measure) {
      case TENSORS, OBJECTS -> "bytes";
      case LAYERS -> "tokens";
    };
  }

  private void register(Stage stage) {
    Tags items = stage.tags.and("unit", stage.items);
    stage.register(
        "items.done",
        "Tensors, objects or layers of a stage that are done",
        items,
        StageProgress::done);
    stage.register(
        "items.planned", "Tensors, objects or layers of a stage", items, StageProgress::total);
    stage.register(
        stage.amounts + ".done",
        "The %s of a stage that are done".formatted(stage.amounts),
        stage.tags,
        StageProgress::amountDone);
    stage.register(
        stage.amounts + ".planned",
        "The %s of a stage".formatted(stage.amounts),
        stage.tags,
        StageProgress::amountTotal);
    stage.register(
        "rate",
        "Bytes or tokens of a stage a second, within the last five minutes",
        stage.tags.and("unit", stage.amounts),
        this::rate);
    stage.register(
        "time.left.seconds",
        "Estimated remaining time of a stage; not a number while its rate is unknown",
        stage.tags,
        this::secondsLeft);
  }

  private double value(String stage, ToDoubleFunction<StageProgress> of) {
    Optional<StageProgress> found =
        state.stages().stream().filter(each -> each.stage().equals(stage)).findFirst();
    return found.isPresent() ? of.applyAsDouble(found.get()) : Double.NaN;
  }

  private double rate(StageProgress stage) {
    return rates.get(stage.stage()).perSecond(clock.instant());
  }

  private double secondsLeft(StageProgress stage) {
    double rate = rate(stage);
    long left = stage.amountTotal() - stage.amountDone();
    if (left <= 0) {
      return 0;
    }
    return rate == 0 ? Double.NaN : left / rate;
  }
}
