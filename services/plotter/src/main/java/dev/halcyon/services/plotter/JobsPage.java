package dev.halcyon.services.plotter;

import dev.halcyon.contracts.job.JobState;
import dev.halcyon.contracts.job.JobState.StageProgress;
import dev.halcyon.contracts.job.JobState.Status;
import dev.halcyon.contracts.results.ResultManifest;
import dev.halcyon.contracts.results.ResultManifest.ResultFile;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The page of recent jobs: one table, no script, refreshed by the browser.
final class JobsPage {
  private static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="refresh" content="5">
      <title>Halcyon jobs</title>
      <style>
      :root { color-scheme: light dark; }
      body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
      table { border-collapse: collapse; width: 100%; }
      th, td { border-bottom: 1px solid #8884; padding: .5rem; text-align: left; vertical-align: top; }
      code { font-size: .9em; overflow-wrap: anywhere; }
      progress { width: 9rem; vertical-align: middle; }
      ul { margin: 0; padding: 0; list-style: none; }
      .scroll { overflow-x: auto; }
      </style>
      </head>
      <body>
      <h1>Jobs</h1>
      """;
  private static final String TAIL = "</body>\n</html>\n";

  private final Function<JobState, Optional<ResultManifest>> results;

  /// @param results of a job; empty where it has none
  JobsPage(Function<JobState, Optional<ResultManifest>> results) {
    this.results = results;
  }

  /// @param jobs the newest first
  String html(List<JobState> jobs) {
    String body =
        jobs.isEmpty()
            ? "<p>No jobs yet. Publish a compare request to the topic"
                + " <code>compare-requests</code>.</p>\n"
            : table(jobs);
    return HEAD + body + TAIL;
  }

  private String table(List<JobState> jobs) {
    return jobs.stream()
        .map(this::row)
        .collect(
            Collectors.joining(
                "",
                "<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">Job</th>"
                    + "<th scope=\"col\">Status</th><th scope=\"col\">Started</th>"
                    + "<th scope=\"col\">Progress</th><th scope=\"col\">Results</th></tr></thead>\n"
                    + "<tbody>\n",
                "</tbody>\n</table></div>\n"));
  }

  private String row(JobState job) {
    return "<tr><td><code>%s</code></td><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>\n"
        .formatted(
            escape(job.jobId()),
            status(job),
            job.started().truncatedTo(ChronoUnit.SECONDS),
            list(job.stages(), JobsPage::stage),
            results.apply(job).map(JobsPage::files).orElse(""));
  }

  private static String status(JobState job) {
    String status = job.status().name().toLowerCase(Locale.ROOT);
    return job.status() == Status.FAILED
        ? status + job.failure().map(failure -> ": " + escape(failure.message())).orElse("")
        : status;
  }

  private static String stage(StageProgress stage) {
    return "<progress max=\"%d\" value=\"%d\" aria-label=\"%s\"></progress> %s %d of %d"
        .formatted(
            Math.max(1, stage.total()),
            stage.done(),
            escape(stage.stage()),
            escape(stage.stage()),
            stage.done(),
            stage.total());
  }

  private static String files(ResultManifest manifest) {
    return list(manifest.files(), file -> link(manifest, file));
  }

  private static String link(ResultManifest manifest, ResultFile file) {
    return "<a href=\"/jobs/%s/files/%s?rendering=%s\">%s</a>"
        .formatted(
            segment(manifest.jobId()),
            path(file.name()),
            segment(manifest.renderingId()),
            escape(file.name()));
  }

  private static String path(String name) {
    return Arrays.stream(name.split("/")).map(JobsPage::segment).collect(Collectors.joining("/"));
  }

  private static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static <T> String list(List<T> items, Function<T, String> html) {
    return items.stream()
        .map(item -> "<li>" + html.apply(item) + "</li>")
        .collect(Collectors.joining("", "<ul>", "</ul>"));
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
