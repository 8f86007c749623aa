package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.Json;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/// Job states over HTTP; JSON as `job-states` carries it.
@Path("/jobs")
@Produces(MediaType.APPLICATION_JSON)
public class JobResource {
  private final JobStates states;

  JobResource(JobStates states) {
    this.states = states;
  }

  /// All jobs, the newest first.
  @GET
  public byte[] jobs() {
    return Json.prettyBytes(states.all());
  }

  /// One job.
  @GET
  @Path("/{id}")
  public byte[] job(@jakarta.ws.rs.PathParam("id") String id) {
    return states
        .find(id)
        .map(Json::prettyBytes)
        .orElseThrow(() -> new NotFoundException("no job " + id));
  }
}
