package dev.halcyon.standalone;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.halcyon.contracts.JobState;
import dev.halcyon.contracts.JobState.StageProgress;
import dev.halcyon.contracts.Json;
import dev.halcyon.services.common.BadInputException;
import dev.halcyon.services.common.EnvironmentException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `halcyon status`.
@Command(
    name = "status",
    description = "Asks a running halcyon where its jobs stand.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class StatusCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int NOT_FOUND = 404;
  private static final int OK = 200;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "JOB",
      description = "Id of a job; all of them without it.")
  private String jobId;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "" + ServeCommand.DEFAULT_HTTP_PORT,
      converter = PortConverter.class,
      description = "Its HTTP port on this machine (default: ${DEFAULT-VALUE}).")
  private int port;

  @Override
  public Integer call() {
    Console console = Console.of(spec.commandLine(), false);
    if (jobId == null) {
      List<JobState> jobs = Json.read(get("/jobs"), new TypeReference<List<JobState>>() {});
      if (jobs.isEmpty()) {
        console.say("No jobs.");
      }
      jobs.forEach(job -> console.say(line(job)));
    } else {
      detail(Json.read(get("/jobs/" + jobId), JobState.class)).forEach(console::say);
    }
    return ExitCode.DONE.status();
  }

  private byte[] get(String path) {
    URI address = URI.create("http://127.0.0.1:" + port + path);
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      HttpRequest request = HttpRequest.newBuilder(address).timeout(PATIENCE).build();
      HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
      if (response.statusCode() == NOT_FOUND) {
        throw new BadInputException("no such job: " + jobId);
      }
      if (response.statusCode() != OK) {
        throw new EnvironmentException(address + " answered " + response.statusCode());
      }
      return response.body();
    } catch (IOException e) {
      throw new EnvironmentException(
          "nothing answers at %s: is `halcyon serve` running there?".formatted(address), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EnvironmentException("interrupted", e);
    }
  }

  private static String line(JobState job) {
    String progress =
        job.stages().stream()
            .map(stage -> "%s %d/%d".formatted(stage.stage(), stage.done(), stage.total()))
            .reduce((a, b) -> a + ", " + b)
            .orElse("");
    return "%s  %-9s  %s  %s"
        .formatted(job.jobId(), name(job.status()), job.started(), progress)
        .stripTrailing();
  }

  private static String name(JobState.Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }

  private static List<String> detail(JobState job) {
    List<String> lines = new java.util.ArrayList<>();
    lines.add(line(job));
    for (StageProgress stage : job.stages()) {
      lines.add("  " + stage.stage() + ": " + StageText.amounts(stage));
    }
    job.renderings().forEach(id -> lines.add("  results: jobs/" + job.jobId() + "/results/" + id));
    job.failedRenderings()
        .forEach(failed ->
            lines.add(
                "  not drawn: %s: %s".formatted(failed.renderingId(), failed.failure().message())));
    job.failure()
        .ifPresent(
            failure -> lines.add("  %s: %s".formatted(name(job.status()), failure.message())));
    return lines;
  }
}
