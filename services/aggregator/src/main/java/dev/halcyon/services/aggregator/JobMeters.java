package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.job.JobState;
import dev.halcyon.contracts.job.JobState.Status;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Exports how many jobs there are of each status, how long jobs took, and the progress of those
/// that run. The meters of a job go some time after it has ended, and those of the jobs that
/// changed longest ago where there are too many.
final class JobMeters implements JobObserver {
  /// How many jobs have meters of their own at most.
  static final int MOST_JOBS = 100;

  private static final List<Status> ENDED = List.of(Status.DONE, Status.FAILED, Status.CANCELLED);
  private static final Duration[] BUCKETS = {
    Duration.ofSeconds(1),
    Duration.ofSeconds(10),
    Duration.ofMinutes(1),
    Duration.ofMinutes(10),
    Duration.ofHours(1),
    Duration.ofHours(6),
    Duration.ofDays(1)
  };

  private final MeterRegistry meters;
  private final InstantSource clock;
  private final Duration kept;
  private final Map<String, Status> statuses = new ConcurrentHashMap<>();
  private final Map<String, ExportedJob> exported = new HashMap<>();

  /// @param kept how long the meters of a job stay after it has ended
  JobMeters(MeterRegistry meters, InstantSource clock, Duration kept) {
    this.meters = meters;
    this.clock = clock;
    this.kept = kept;
    for (Status each : Status.values()) {
      Gauge.builder("halcyon.jobs", statuses, jobs -> count(jobs, each))
          .description("Retained jobs, by status")
          .tag("status", ExportedJob.label(each))
          .register(meters);
    }
    ENDED.forEach(this::durations);
  }

  private static long count(Map<String, Status> jobs, Status wanted) {
    return jobs.values().stream().filter(status -> status == wanted).count();
  }

  private Timer durations(Status ended) {
    return Timer.builder("halcyon.jobs.duration")
        .description("Time from the announcement of a job's plan to its end")
        .tag("status", ExportedJob.label(ended))
        .serviceLevelObjectives(BUCKETS)
        .register(meters);
  }

  @Override
  public synchronized void taken(JobState state) {
    statuses.put(state.jobId(), state.status());
    export(state);
  }

  @Override
  public synchronized void changed(JobState state) {
    Status before = statuses.put(state.jobId(), state.status());
    if (before != state.status() && ENDED.contains(state.status())) {
      durations(state.status()).record(Duration.between(state.started(), state.updated()));
    }
    export(state);
  }

  private void export(JobState state) {
    ExportedJob job = exported.get(state.jobId());
    if (job != null) {
      job.update(state);
    } else if (!isOver(state.status(), state.updated())) {
      exported.put(state.jobId(), new ExportedJob(state, meters, clock));
      leaveOutTheOldest();
    }
  }

  private void leaveOutTheOldest() {
    if (exported.size() > MOST_JOBS) {
      exported.entrySet().stream()
          .min(Comparator.comparing(entry -> entry.getValue().updated()))
          .ifPresent(oldest -> exported.remove(oldest.getKey()).remove());
    }
  }

  private boolean isOver(Status status, Instant updated) {
    return ENDED.contains(status) && updated.plus(kept).isBefore(clock.instant());
  }

  @Override
  public synchronized void gone(String jobId) {
    statuses.remove(jobId);
    ExportedJob job = exported.remove(jobId);
    if (job != null) {
      job.remove();
    }
  }

  @Override
  public synchronized void timePassed() {
    exported
        .values()
        .removeIf(job -> {
          boolean over = isOver(job.status(), job.updated());
          if (over) {
            job.remove();
          }
          return over;
        });
  }
}
