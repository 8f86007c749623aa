package dev.halcyon.services.plotter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.results.ResultManifest;
import dev.halcyon.contracts.results.ResultManifest.ResultFile;
import dev.halcyon.contracts.store.Digest;
import dev.halcyon.objectstore.MemoryObjectStore;
import dev.halcyon.objectstore.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobFilesTest {
  private static final String JOB = "0123abcd";

  private final ObjectStore store = new MemoryObjectStore();
  private final JobFiles files = new JobFiles(store);

  @BeforeEach
  void putResults() throws IOException {
    render("first", "report.json", "first report");
    store.put("jobs/0123abcd/attempts/1/plan.json", bytes("plan"));
    store.put("secret.json", bytes("secret"));
  }

  @Test
  void findsAFileOfTheNewestRenderingOrOfTheOneNamed() throws Exception {
    Thread.sleep(20);
    render("second", "report.json", "second report");

    assertThat(files.renderings(JOB))
        .extracting(ResultManifest::renderingId)
        .containsExactly("second", "first");
    assertThat(content(Optional.empty(), "report.json")).isEqualTo("second report");
    assertThat(content(Optional.of("first"), "report.json")).isEqualTo("first report");
  }

  @Test
  void readsFromAnOffset() throws IOException {
    JobFiles.Found found = files.find(JOB, Optional.empty(), "report.json").orElseThrow();
    try (InputStream content = files.open(found, 6, 3)) {
      assertThat(content.readAllBytes()).asString(UTF_8).isEqualTo("rep");
    }
  }

  @Test
  void findsAnObjectThatTheManifestRefersTo() throws IOException {
    store.put("jobs/0123abcd/attempts/1/fisher/base/0/aa", bytes("squares"));
    ResultFile diagonal =
        new ResultFile(
            "base/fisher_diagonal.safetensors",
            7,
            Digest.sha256(bytes("squares")),
            Optional.of("jobs/0123abcd/attempts/1/fisher/base/0/aa"));
    ResultManifest manifest = new ResultManifest(JOB, "third", List.of(diagonal), List.of());
    store.put(StoreKeys.resultManifest(JOB, "third"), Json.prettyBytes(manifest));

    assertThat(content(Optional.of("third"), "base/fisher_diagonal.safetensors"))
        .isEqualTo("squares");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "manifest.json",
        "../../attempts/1/plan.json",
        "..%2f..%2fattempts/1/plan.json",
        "/secret.json",
        "../../../../secret.json",
        "",
        "report.json/"
      })
  void findsNothingThatNoManifestLists(String name) throws IOException {
    assertThat(files.find(JOB, Optional.empty(), name)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"other", "..", ".", "", "0123abcd/results/first/..", "%2e%2e", "a b"})
  void knowsNoOtherJob(String job) throws IOException {
    assertThat(files.renderings(job)).isEmpty();
    assertThat(files.find(job, Optional.empty(), "report.json")).isEmpty();
  }

  private String content(Optional<String> rendering, String name) throws IOException {
    JobFiles.Found found = files.find(JOB, rendering, name).orElseThrow();
    try (InputStream content = files.open(found, 0, found.file().size())) {
      return new String(content.readAllBytes(), UTF_8);
    }
  }

  private void render(String id, String name, String content) throws IOException {
    byte[] bytes = bytes(content);
    store.put(StoreKeys.result(JOB, id, name), bytes);
    ResultFile file = new ResultFile(name, bytes.length, Digest.sha256(bytes), Optional.empty());
    ResultManifest manifest = new ResultManifest(JOB, id, List.of(file), List.of());
    store.put(StoreKeys.resultManifest(JOB, id), Json.prettyBytes(manifest));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
