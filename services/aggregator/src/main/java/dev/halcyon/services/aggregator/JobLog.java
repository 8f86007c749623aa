package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.job.JobState;
import dev.halcyon.contracts.job.JobState.StageProgress;
import dev.halcyon.services.common.JobContext;
import java.time.Duration;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/// Says in the log when a job starts, ends or fails.
final class JobLog {
  private static final Logger LOG = Logger.getLogger(JobLog.class);
  private static final double MILLIS = 1000;

  private JobLog() {}

  /// A job has turned to this state, or was asked for again in it.
  static void turned(JobState state) {
    try (JobContext _ = JobContext.of(state.jobId()).attempt(state.attempt())) {
      switch (state.status()) {
        case RUNNING -> LOG.infof("the job runs: %s", stages(state));
        case REPORTED -> LOG.infof("the report is stored after %.1f s", seconds(state));
        case DONE -> LOG.infof("the job is done after %.1f s", seconds(state));
        case CANCELLED -> LOG.infof("the job was cancelled after %.1f s", seconds(state));
        case FAILED -> LOG.warnf("the job failed after %.1f s: %s", seconds(state), reason(state));
      }
      state
          .failedRenderings()
          .forEach(failed ->
              LOG.warnf(
                  "results %s could not be drawn: %s",
                  failed.renderingId(), failed.failure().message()));
    }
  }

  private static String stages(JobState state) {
    return state.stages().isEmpty()
        ? "no progress yet"
        : state.stages().stream().map(JobLog::stage).collect(Collectors.joining(", "));
  }

  private static String stage(StageProgress stage) {
    return "%s %d of %d".formatted(stage.stage(), stage.done(), stage.total());
  }

  private static String reason(JobState state) {
    return state
        .failure()
        .map(failure -> "%s: %s".formatted(failure.cause(), failure.message()))
        .orElse("the reason is unknown");
  }

  private static double seconds(JobState state) {
    return Duration.between(state.started(), state.updated()).toMillis() / MILLIS;
  }
}
