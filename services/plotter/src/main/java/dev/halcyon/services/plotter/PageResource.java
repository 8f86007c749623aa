package dev.halcyon.services.plotter;

import dev.halcyon.contracts.job.JobState;
import dev.halcyon.contracts.results.ResultManifest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// The page of recent jobs.
@Path("/")
@Tag(name = "Results")
public class PageResource {
  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'none'";

  private final JobBoard board;
  private final JobFiles files;

  /// A rendering's files do not change, so each manifest is read once.
  private final Map<String, ResultManifest> known = new ConcurrentHashMap<>();

  PageResource(JobBoard board, JobFiles files) {
    this.board = board;
    this.files = files;
  }

  /// The most recent jobs with their state, progress and results.
  @GET
  @Produces(MediaType.TEXT_HTML)
  @Operation(summary = "Shows recent jobs as an HTML page")
  public Response page() {
    List<JobState> jobs = board.recent();
    known.keySet().retainAll(jobs.stream().map(PageResource::key).toList());
    return Response.ok(new JobsPage(this::results).html(jobs))
        .type(MediaType.TEXT_HTML + ";charset=UTF-8")
        .header("Content-Security-Policy", POLICY)
        .header("X-Content-Type-Options", "nosniff")
        .header("Cache-Control", "no-cache")
        .build();
  }

  private Optional<ResultManifest> results(JobState job) {
    if (job.renderings().isEmpty()) {
      return Optional.empty();
    }
    return Optional.ofNullable(known.computeIfAbsent(key(job), _ -> newest(job)));
  }

  /// Changes when the job gets another rendering.
  private static String key(JobState job) {
    return job.jobId() + "/" + job.renderings();
  }

  private ResultManifest newest(JobState job) {
    try {
      return files.renderings(job.jobId()).stream().findFirst().orElse(null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
