package dev.halcyon.services.plotter;

import dev.halcyon.contracts.job.JobState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The newest state of the most recent jobs. Safe for use by many threads.
final class JobBoard {
  private static final Comparator<JobState> NEWEST_FIRST =
      Comparator.comparing(JobState::started).reversed();

  private final int most;
  private final Map<String, JobState> jobs = new HashMap<>();

  /// @param most jobs that are kept; the oldest go first
  JobBoard(int most) {
    this.most = most;
  }

  synchronized void put(JobState state) {
    jobs.put(state.jobId(), state);
    if (jobs.size() > most) {
      jobs.remove(recent().getLast().jobId());
    }
  }

  synchronized void remove(String jobId) {
    jobs.remove(jobId);
  }

  /// The jobs, the one that started last first.
  synchronized List<JobState> recent() {
    List<JobState> recent = new ArrayList<>(jobs.values());
    recent.sort(NEWEST_FIRST);
    return recent;
  }
}
