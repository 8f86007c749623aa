package dev.halcyon.standalone;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.halcyon.contracts.job.JobState;
import dev.halcyon.contracts.job.JobState.StageProgress;
import dev.halcyon.contracts.json.Json;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `halcyon status`.
@Command(
    name = "status",
    description = "Prints the jobs of a running halcyon serve or aggregator.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class StatusCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(arity = "0..1", paramLabel = "JOB", description = "Id of a job (default: all jobs).")
  private String jobId;

  @Mixin private ServiceAddress service;

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
      detail(Json.read(get(ServiceAddress.path("jobs", jobId)), JobState.class))
          .forEach(console::say);
    }
    return ExitCode.DONE.status();
  }

  private byte[] get(String path) {
    return service.get(path, "no such job: " + jobId);
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
                "  failed rendering: %s: %s"
                    .formatted(failed.renderingId(), failed.failure().message())));
    job.failure()
        .ifPresent(
            failure -> lines.add("  %s: %s".formatted(name(job.status()), failure.message())));
    return lines;
  }
}
