package dev.halcyon.services.plotter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.job.Failure;
import dev.halcyon.contracts.job.JobState;
import dev.halcyon.contracts.job.JobState.Measure;
import dev.halcyon.contracts.job.JobState.StageProgress;
import dev.halcyon.contracts.job.JobState.Status;
import dev.halcyon.contracts.results.ResultManifest;
import dev.halcyon.contracts.results.ResultManifest.ResultFile;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JobsPageTest {
  private static final Instant NOON = Instant.parse("2026-01-02T12:00:00.123Z");

  @Test
  void saysThatThereAreNoJobs() {
    assertThat(page().html(List.of())).contains("No jobs yet", "compare-requests");
  }

  @Test
  void showsProgressAndLinksResults() {
    JobState job =
        job(
            "ab12",
            Status.DONE,
            new StageProgress("similarity", Measure.TENSORS, 74, 74, 10, 10, ""),
            Optional.empty());
    ResultManifest results =
        new ResultManifest(
            "ab12",
            "r1",
            List.of(new ResultFile("base/fisher diagonal.pt", 3, "00", Optional.empty())),
            List.of());

    assertThat(new JobsPage(_ -> Optional.of(results)).html(List.of(job)))
        .contains(
            "<code>ab12</code>",
            "<td>done</td>",
            "2026-01-02T12:00:00Z",
            "<progress max=\"74\" value=\"74\" aria-label=\"similarity\">",
            "similarity 74 of 74",
            "<a href=\"/jobs/ab12/files/base/fisher%20diagonal.pt?rendering=r1\">"
                + "base/fisher diagonal.pt</a>");
  }

  @Test
  void showsMarkupAsText() {
    JobState job =
        job(
            "<b>",
            Status.FAILED,
            new StageProgress("\"><script>", Measure.TENSORS, 0, 0, 0, 0, ""),
            Optional.of(new Failure(Failure.Cause.BAD_INPUT, "no <img src=x onerror='a'>")));

    assertThat(page().html(List.of(job)))
        .doesNotContain("<b>", "<script>", "<img")
        .contains("failed: no &lt;img src=x onerror=&#39;a&#39;&gt;", "&lt;b&gt;");
  }

  @Test
  void keepsTheNewestJobs() {
    JobBoard board = new JobBoard(2);
    for (int hour = 0; hour < 3; hour++) {
      board.put(started("job" + hour, NOON.plusSeconds(3600L * hour)));
    }
    board.put(started("job1", NOON.plusSeconds(3600)));

    assertThat(board.recent()).extracting(JobState::jobId).containsExactly("job2", "job1");
    board.remove("job2");
    assertThat(board.recent()).extracting(JobState::jobId).containsExactly("job1");
  }

  private static JobsPage page() {
    return new JobsPage(_ -> Optional.empty());
  }

  private static JobState started(String id, Instant start) {
    return new JobState(
        id, Status.RUNNING, 1, List.of(), List.of(), List.of(), start, start, Optional.empty());
  }

  private static JobState job(
      String id, Status status, StageProgress stage, Optional<Failure> failure) {
    return new JobState(
        id, status, 1, List.of(stage), List.of("r1"), List.of(), NOON, NOON, failure);
  }
}
