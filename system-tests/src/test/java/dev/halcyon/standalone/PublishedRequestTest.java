package dev.halcyon.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.halcyon.contracts.job.JobState;
import dev.halcyon.contracts.job.JobState.Status;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.results.ResultManifest;
import dev.halcyon.contracts.results.ResultManifest.ResultFile;
import dev.halcyon.contracts.store.Digest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `halcyon serve`, and the README's request published with Kafka's own console producer.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class PublishedRequestTest {
  private static final Path ROOT = Path.of(System.getProperty("halcyon.root"));
  private static final Pattern README_REQUEST =
      Pattern.compile("echo '(\\{.*})' \\|\\s+kafka-console-producer\\.sh");
  private static final int POLL_MILLIS = 100;
  private static final int TENSORS = 74;

  @TempDir private Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private int httpPort;
  private int kafkaPort;
  private CommandProcess serve;

  @BeforeEach
  void startServing() throws Exception {
    httpPort = Ports.free(0);
    kafkaPort = Ports.free(0);
    serve =
        CommandProcess.start(
            folder,
            ROOT,
            "serve",
            "--port",
            "" + httpPort,
            "--kafka-port",
            "" + kafkaPort,
            "--data",
            folder.resolve("data").toString(),
            "--models",
            "examples");
    serve.waitUntilItSays("Publish a compare request");
  }

  @AfterEach
  void stopServing() {
    serve.close();
    http.close();
  }

  @Test
  void aRequestPublishedTwiceIsOneJobComputedOnce() throws Exception {
    while (get("/q/health/ready").statusCode() != 200) {
      Thread.sleep(50);
    }
    assertThat(get("/q/health/live").statusCode()).isEqualTo(200);
    assertThat(metrics())
        .contains(
            "halcyon_fetcher_requests_total{outcome=\"accepted\"} 0.0",
            "halcyon_similarity_tensors_total 0.0",
            "halcyon_similarity_read_bytes_total 0.0",
            "halcyon_jobs{status=\"running\"} 0.0",
            "halcyon_plotter_renderings_total 0.0");

    publish();
    JobState job = waitForJob();
    publish();
    waitForMetric("halcyon_plotter_renderings_total 2.0");

    assertThat(jobs()).extracting(JobState::jobId).containsExactly(job.jobId());
    String stage =
        "{job_id=\"%s\",stage=\"similarity\",unit=\"tensors\"} %d.0"
            .formatted(job.jobId(), TENSORS);
    assertThat(metrics())
        .contains(
            "halcyon_fetcher_requests_total{outcome=\"accepted\"} 2.0",
            "halcyon_similarity_tensors_total %d.0".formatted(TENSORS),
            "halcyon_job_items_done" + stage,
            "halcyon_job_items_planned" + stage,
            "halcyon_jobs{status=\"done\"} 1.0");
    assertThat(status()).contains(job.jobId() + "  done", "similarity 74/74");
    assertThat(status(job.jobId()))
        .contains(job.jobId() + "  done", "similarity: 74 of 74 tensors", "results: jobs/");
    servesTheFilesOf(job.jobId());
    assertThat(folder.resolve("tmp")).isDirectoryNotContaining("glob:**halcyon-font*");
  }

  private void servesTheFilesOf(String job) throws Exception {
    String files = "/jobs/" + job + "/files";
    List<ResultManifest> renderings =
        Json.read(get(files).body().getBytes(UTF_8), new TypeReference<>() {});
    assertThat(renderings).hasSize(1);
    ResultFile report =
        renderings.getFirst().files().stream()
            .filter(file -> file.name().equals("report.json"))
            .findFirst()
            .orElseThrow();
    HttpResponse<String> whole = get(files + "/" + report.name());
    assertThat(whole.statusCode()).isEqualTo(200);
    assertThat(Digest.sha256(whole.body().getBytes(UTF_8))).isEqualTo(report.sha256());
    assertThat(whole.headers().firstValue("content-type")).contains("application/json");
    String tag = whole.headers().firstValue("etag").orElseThrow();

    HttpResponse<String> known = get(files + "/" + report.name(), "If-None-Match", tag);
    assertThat(known.statusCode()).isEqualTo(304);
    HttpResponse<String> part = get(files + "/" + report.name(), "Range", "bytes=2-9");
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.body()).isEqualTo(whole.body().substring(2, 10));
    assertThat(part.headers().firstValue("content-range")).contains("bytes 2-9/" + report.size());
    assertThat(get(files + "/" + report.name(), "Range", "bytes=" + report.size() + "-"))
        .extracting(HttpResponse::statusCode)
        .isEqualTo(416);
    for (String trick : List.of("manifest.json", "..%2f..%2freport.json", "%2e%2e/report.json")) {
      assertThat(get(files + "/" + trick).statusCode()).as(trick).isEqualTo(404);
    }
    assertThat(get("/jobs/nobody/files").statusCode()).isEqualTo(404);

    Path fetched = folder.resolve("fetched");
    CommandProcess.Ended ended =
        CommandProcess.run(
            folder, "results", job, "--port", "" + httpPort, "--output", fetched.toString());
    assertThat(ended.status()).as(ended::err).isZero();
    assertThat(fetched.resolve(report.name())).hasContent(whole.body());
    assertThat(renderings.getFirst().files())
        .allSatisfy(file -> assertThat(fetched.resolve(file.name())).hasSize(file.size()));
  }

  /// `-Dhalcyon.schemas.write=true` writes the document anew.
  @Test
  void theDocumentedEndpointsAreThoseOfTheServer() throws Exception {
    Path documented = ROOT.resolve("docs/openapi.yaml");
    String served = get("/q/openapi").body();

    if (Boolean.getBoolean("halcyon.schemas.write")) {
      Files.writeString(documented, served);
    }
    assertThat(documented).hasContent(served);
  }

  @Test
  void aJobThatNobodyKnowsIsBadInput() throws Exception {
    CommandProcess.Ended ended =
        CommandProcess.run(folder, "status", "--port", "" + httpPort, "nobody");

    assertThat(ended.status()).isEqualTo(3);
    assertThat(ended.err()).isEqualTo("halcyon: no such job: nobody");
  }

  private String status(String... job) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("status", "--port", "" + httpPort));
    arguments.addAll(List.of(job));
    CommandProcess.Ended ended = CommandProcess.run(folder, arguments.toArray(String[]::new));
    assertThat(ended.status()).as(ended::err).isZero();
    return ended.out();
  }

  /// What `kafka-console-producer.sh` runs.
  private void publish() throws Exception {
    Path request = Files.writeString(folder.resolve("request.json"), readmeRequest());
    Path log = folder.resolve("producer.log");
    Process producer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "org.apache.kafka.tools.ConsoleProducer",
                "--bootstrap-server",
                "127.0.0.1:" + kafkaPort,
                "--topic",
                "compare-requests")
            .redirectInput(request.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(producer.waitFor()).as(() -> "see " + log).isZero();
  }

  private static String readmeRequest() throws IOException {
    Matcher example = README_REQUEST.matcher(Files.readString(ROOT.resolve("README.md")));
    assertThat(example.find()).isTrue();
    return example.group(1) + "\n";
  }

  private JobState waitForJob() throws Exception {
    while (true) {
      for (JobState job : jobs()) {
        assertThat(job.status()).isNotEqualTo(Status.FAILED);
        if (job.status() == Status.DONE) {
          return job;
        }
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private void waitForMetric(String line) throws Exception {
    while (!metrics().contains(line)) {
      Thread.sleep(POLL_MILLIS);
    }
  }

  private List<JobState> jobs() throws Exception {
    return Json.read(get("/jobs").body().getBytes(UTF_8), new TypeReference<>() {});
  }

  private String metrics() throws Exception {
    return get("/q/metrics").body();
  }

  private HttpResponse<String> get(String path, String... headers) throws Exception {
    URI address = URI.create("http://127.0.0.1:" + httpPort + path);
    HttpRequest.Builder request = HttpRequest.newBuilder(address);
    return http.send(
        (headers.length == 0 ? request : request.headers(headers)).build(),
        BodyHandlers.ofString());
  }
}
