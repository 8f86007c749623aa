package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.json.Json;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// Job states over HTTP; JSON as `job-states` carries it.
@Path("/jobs")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Jobs")
public class JobResource {
  private static final int LARGEST_PAGE = 1000;

  private final JobStates states;

  JobResource(JobStates states) {
    this.states = states;
  }

  /// A page of all jobs, the newest first.
  ///
  /// @param offset newer jobs that are left out
  /// @param limit jobs of a page
  @GET
  @Operation(
      summary = "Lists jobs",
      description =
          "A page of job states, the newest first, each as job-state.schema.json describes it."
              + " 400 for an offset below 0 or a limit outside 1 to 1000.")
  public byte[] jobs(
      @QueryParam("offset") @DefaultValue("0") long offset,
      @QueryParam("limit") @DefaultValue("100") int limit) {
    if (offset < 0 || limit < 1 || limit > LARGEST_PAGE) {
      throw new BadRequestException(
          "offset must be 0 or more, and limit from 1 to " + LARGEST_PAGE);
    }
    return Json.prettyBytes(states.newest(offset, limit));
  }

  /// One job.
  @GET
  @Path("/{id}")
  @Operation(
      summary = "Reads the state of a job",
      description = "As job-state.schema.json describes it. 404 where there is no such job.")
  public byte[] job(@PathParam("id") String id) {
    return states
        .find(id)
        .map(Json::prettyBytes)
        .orElseThrow(() -> new NotFoundException("no job " + id));
  }
}
