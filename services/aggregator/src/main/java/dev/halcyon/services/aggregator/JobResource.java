package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.Json;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;

/// Job states over HTTP; JSON as `job-states` carries it.
@Path("/jobs")
@Produces(MediaType.APPLICATION_JSON)
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
  public byte[] job(@PathParam("id") String id) {
    return states
        .find(id)
        .map(Json::prettyBytes)
        .orElseThrow(() -> new NotFoundException("no job " + id));
  }
}
