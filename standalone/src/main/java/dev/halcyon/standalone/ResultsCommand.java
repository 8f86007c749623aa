package dev.halcyon.standalone;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.results.ResultManifest;
import dev.halcyon.contracts.results.ResultManifest.ResultFile;
import dev.halcyon.services.common.BadInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `halcyon results`.
@Command(
    name = "results",
    description = "Downloads the result files of a job from a running halcyon serve or plotter.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ResultsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "JOB", description = "Id of the job.")
  private String jobId;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      required = true,
      description = "Folder of the files.")
  private Path output;

  @Option(
      names = "--rendering",
      paramLabel = "ID",
      description = "Rendering of the job (default: the newest).")
  private String rendering;

  @Mixin private ServiceAddress service;

  @Override
  public Integer call() throws IOException {
    ResultFolder results = new ResultFolder(output);
    results.check();
    ResultManifest manifest = manifest();
    results.fill(manifest, file -> open(manifest, file));
    Console console = Console.of(spec.commandLine(), false);
    console.say("Results of job " + jobId + " are in " + results.path() + ":");
    manifest.files().forEach(file -> console.say("  " + file.name()));
    return ExitCode.DONE.status();
  }

  private ResultManifest manifest() {
    byte[] listing =
        service.get(
            ServiceAddress.path("jobs", jobId, "files"),
            "job %s has no results yet (`halcyon status %s` shows its progress)"
                .formatted(jobId, jobId));
    List<ResultManifest> renderings =
        Json.read(listing, new TypeReference<List<ResultManifest>>() {});
    return renderings.stream()
        .filter(each -> rendering == null || each.renderingId().equals(rendering))
        .findFirst()
        .orElseThrow(() ->
            new BadInputException(
                "job %s has no rendering %s; it has %s"
                    .formatted(
                        jobId,
                        rendering,
                        renderings.stream().map(ResultManifest::renderingId).toList())));
  }

  private InputStream open(ResultManifest manifest, ResultFile file) {
    String path = ServiceAddress.path("jobs", jobId, "files", file.name());
    return service.open(
        path + "?rendering=" + manifest.renderingId(),
        "file %2$s of job %1$s no longer exists".formatted(jobId, file.name()));
  }
}
