package dev.halcyon.services.plotter;

import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.results.ResultManifest;
import dev.halcyon.services.plotter.JobFiles.Found;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/// The result files of jobs over HTTP. Read-only.
@Path("/jobs/{id}/files")
@Tag(name = "Results")
public class FileResource {
  private static final int PARTIAL_CONTENT = 206;

  /// A figure or page that is opened by itself loads no script from elsewhere and requests nothing.
  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:;"
          + " font-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

  private final JobFiles files;

  FileResource(JobFiles files) {
    this.files = files;
  }

  /// The files of each rendering, the newest rendering first.
  @GET
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Lists the result files of a job",
      description =
          "One entry for each rendering, the newest first: the names, sizes and SHA-256 digests of"
              + " its files. 404 where the job has no results.")
  public byte[] list(@PathParam("id") String id) throws IOException {
    List<ResultManifest> renderings = files.renderings(id);
    if (renderings.isEmpty()) {
      throw new NotFoundException("job " + id + " has no results");
    }
    return Json.prettyBytes(renderings);
  }

  /// One file.
  @GET
  @Path("/{name: .+}")
  @Operation(
      summary = "Reads a result file",
      description =
          "Takes one range of bytes (Range) and If-None-Match; the ETag is the SHA-256 of the"
              + " content.")
  public Response file(
      @PathParam("id") String id,
      @PathParam("name") String name,
      @QueryParam("rendering") String rendering,
      @HeaderParam(HttpHeaders.IF_NONE_MATCH) String known,
      @HeaderParam("If-Range") String ifRange,
      @HeaderParam("Range") String range)
      throws IOException {
    Found found =
        files
            .find(id, Optional.ofNullable(rendering), name)
            .orElseThrow(() -> new NotFoundException("job " + id + " has no file " + name));
    String tag = "\"" + found.file().sha256() + "\"";
    if (known != null && (known.contains(tag) || known.strip().equals("*"))) {
      return headers(Response.status(Status.NOT_MODIFIED), tag).build();
    }
    return content(found, tag, ifRange == null || ifRange.equals(tag) ? range : null);
  }

  private Response content(Found found, String tag, String range) {
    long size = found.file().size();
    Optional<RequestedRange> wanted = RequestedRange.of(range, size);
    if (wanted.isEmpty()) {
      return headers(Response.status(Status.REQUESTED_RANGE_NOT_SATISFIABLE), tag)
          .header("Content-Range", "bytes */" + size)
          .build();
    }
    RequestedRange part = wanted.get();
    Response.ResponseBuilder response =
        part.isWhole(size)
            ? Response.ok()
            : Response.status(PARTIAL_CONTENT).header("Content-Range", part.contentRange(size));
    return headers(response, tag)
        .type(ContentTypes.of(found.file().name()))
        .header(HttpHeaders.CONTENT_LENGTH, part.length())
        .entity(stream(found, part))
        .build();
  }

  private StreamingOutput stream(Found found, RequestedRange part) {
    return output -> {
      try (InputStream content = files.open(found, part.offset(), part.length())) {
        content.transferTo(output);
      }
    };
  }

  private static Response.ResponseBuilder headers(Response.ResponseBuilder response, String tag) {
    return response
        .header(HttpHeaders.ETAG, tag)
        .header("Accept-Ranges", "bytes")
        .header(HttpHeaders.CACHE_CONTROL, "no-cache")
        .header("X-Content-Type-Options", "nosniff")
        .header("Content-Security-Policy", POLICY);
  }
}
