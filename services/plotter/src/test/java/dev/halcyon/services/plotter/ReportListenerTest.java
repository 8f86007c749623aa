package dev.halcyon.services.plotter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.analysis.fixture.MadeUpReport;
import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.Topic;
import dev.halcyon.contracts.job.Failure.Cause;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.request.Rendering;
import dev.halcyon.contracts.results.Report;
import dev.halcyon.contracts.results.ReportReady;
import dev.halcyon.contracts.results.ResultManifest;
import dev.halcyon.contracts.store.Digest;
import dev.halcyon.objectstore.MemoryObjectStore;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.fixture.HandedRecord;
import dev.halcyon.services.common.fixture.LetterBox;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The listener with messages handed to it, on a store in memory.
class ReportListenerTest {
  private static final Rendering PLAIN =
      new Rendering(List.of("base", "ft1", "ft2"), Optional.empty());

  private final MemoryObjectStore store = new MemoryObjectStore();
  private final SentRecords sent = new SentRecords();
  private final LetterBox box = new LetterBox();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ReportListener listener = listener(store);
  private byte[] json;

  private ReportListener listener(ObjectStore of) {
    return new ReportListener(
        new ReportHandler(of, FigurePreparation.begin()),
        sent,
        box.deadLetters(),
        box.atWork(),
        meters);
  }

  @BeforeEach
  void putReport() throws IOException {
    Report report =
        new MadeUpReport(3)
            .tensor("model.embed_tokens.weight", 9L, 4L)
            .tensor("model.layers.0.mlp.up_proj.weight", 8L, 4L)
            .tensor("model.layers.1.mlp.up_proj.weight", 8L, 4L)
            .report();
    json = Json.prettyBytes(report);
    store.put(StoreKeys.report("job"), json);
  }

  private static HandedRecord message(byte[] value) {
    return HandedRecord.on(Topic.REPORTS, "job", value);
  }

  private HandedRecord ready(Rendering rendering) {
    return message(
        Json.bytes(
            new ReportReady("job", 2, StoreKeys.report("job"), Digest.sha256(json), rendering)));
  }

  private byte[] result(Rendering rendering, String file) throws IOException {
    return store.get(StoreKeys.result("job", rendering.id(), file));
  }

  private ResultManifest manifest(Rendering rendering) throws IOException {
    return Json.read(result(rendering, "manifest.json"), ResultManifest.class);
  }

  @Test
  void theManifestListsEveryFileAsItIsInTheStore() throws IOException {
    listener.receive(ready(PLAIN));

    ResultManifest manifest = manifest(PLAIN);
    assertThat(manifest.jobId()).isEqualTo("job");
    assertThat(manifest.files())
        .extracting(ResultManifest.ResultFile::name)
        .containsExactly(
            "report.html",
            "report.json",
            "similarity_results.csv",
            "similarity_heatmaps.png",
            "similarity_heatmaps.svg",
            "similarity_lineplot.png",
            "similarity_lineplot.svg");
    for (ResultManifest.ResultFile file : manifest.files()) {
      byte[] content = result(PLAIN, file.name());
      assertThat(content).as(file.name()).hasSize((int) file.size());
      assertThat(Digest.sha256(content)).as(file.name()).isEqualTo(file.sha256());
    }
    assertThat(result(PLAIN, "report.json")).isEqualTo(json);
  }

  @Test
  void thatResultsAreThereIsSaidWithTheirRendering() {
    listener.receive(ready(PLAIN));

    JobEvent event = sent.only(JobEvent.class);
    assertThat(sent.keys()).containsExactly("job");
    assertThat(event).isEqualTo(JobEvent.rendered("job", 2, PLAIN.id(), "plotter"));
    assertThat(meters.get("halcyon.plotter.renderings").counter().count()).isEqualTo(1);
  }

  @Test
  void resultsThatAreThereAreNotDrawnAgain() throws IOException {
    listener.receive(ready(PLAIN));
    store.delete(StoreKeys.result("job", PLAIN.id(), "similarity_heatmaps.png"));
    listener.receive(ready(PLAIN));

    assertThat(store.find(StoreKeys.result("job", PLAIN.id(), "similarity_heatmaps.png")))
        .isEmpty();
    assertThat(sent.keys()).hasSize(2);
  }

  /// A plotter that was killed has put some files, and not the manifest.
  @Test
  void aDrawingThatWasCutOffIsDrawnToTheSameBytes() throws IOException {
    listener.receive(ready(PLAIN));
    byte[] first = result(PLAIN, "manifest.json");
    store.delete(StoreKeys.resultManifest("job", PLAIN.id()));
    store.delete(StoreKeys.result("job", PLAIN.id(), "similarity_lineplot.svg"));

    listener.receive(ready(PLAIN));

    assertThat(result(PLAIN, "manifest.json")).isEqualTo(first);
    assertThat(result(PLAIN, "similarity_lineplot.svg")).isNotEmpty();
  }

  @Test
  void labelsAndScaleAreOnTheFiguresOfTheirOwnRendering() throws IOException {
    Rendering labelled =
        new Rendering(List.of("llama", "code", "a<b&c"), Optional.of(List.of(0.8, 1.0)));

    listener.receive(ready(PLAIN));
    listener.receive(ready(labelled));

    assertThat(new String(result(PLAIN, "similarity_heatmaps.svg"), UTF_8))
        .contains("base – ft1", "ft1 – ft2", "logarithmic");
    assertThat(new String(result(labelled, "similarity_heatmaps.svg"), UTF_8))
        .contains("llama – code", "code – a&lt;b&amp;c")
        .doesNotContain("ft1", "logarithmic");
    assertThat(new String(result(labelled, "similarity_lineplot.svg"), UTF_8))
        .contains("llama – code");
    assertThat(result(labelled, "similarity_results.csv"))
        .isEqualTo(result(PLAIN, "similarity_results.csv"));
  }

  @Test
  void aReportThatIsNotTheAnnouncedOneIsNotDrawn() throws IOException {
    HandedRecord announced = ready(PLAIN);
    store.put(StoreKeys.report("job"), "{}".getBytes(UTF_8));

    listener.receive(announced);

    assertThat(announced.isAcknowledged()).isTrue();
    assertThat(box.reasons()).containsExactly("environment");
    assertFailed(Cause.ENVIRONMENT, "the store's object was changed");
    assertThat(store.find(StoreKeys.resultManifest("job", PLAIN.id()))).isEmpty();
  }

  @Test
  void aReportThatIsGoneIsNamed() throws IOException {
    store.delete(StoreKeys.report("job"));

    listener.receive(ready(PLAIN));

    assertThat(((JobEvent.Failed) sent.only(JobEvent.class)).failure().message())
        .contains(StoreKeys.report("job"));
  }

  /// A machine without a font library fails so, with no exception; a job must not wait for ever.
  @Test
  void anErrorOfTheLinkerFailsTheJobToo() {
    ObjectStore broken =
        (ObjectStore)
            Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(),
                new Class<?>[] {ObjectStore.class},
                (_, method, arguments) -> {
                  if (method.getName().equals("put")) {
                    throw new UnsatisfiedLinkError("libfreetype.so.6: cannot open shared object");
                  }
                  try {
                    return method.invoke(store, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });

    listener(broken).receive(ready(PLAIN));

    assertThat(box.reasons()).containsExactly("environment");
    assertFailed(Cause.ENVIRONMENT, "libfreetype.so.6");
  }

  @Test
  void whatCannotBeReadIsADeadLetterAndFailsNoJobThatItDoesNotName() {
    HandedRecord record = message("{".getBytes(UTF_8));

    listener.receive(record);

    assertThat(record.isAcknowledged()).isTrue();
    assertThat(box.reasons()).containsExactly("unreadable");
    assertThat(sent.keys()).isEmpty();
  }

  private void assertFailed(Cause cause, String message) {
    JobEvent.Failed event = (JobEvent.Failed) sent.only(JobEvent.class);
    assertThat(event.jobId()).isEqualTo("job");
    assertThat(event.renderingId()).contains(PLAIN.id());
    assertThat(event.failure().cause()).isEqualTo(cause);
    assertThat(event.failure().message()).contains(message);
  }
}
