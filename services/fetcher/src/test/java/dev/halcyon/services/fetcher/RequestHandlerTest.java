package dev.halcyon.services.fetcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.Topic;
import dev.halcyon.contracts.job.Failure;
import dev.halcyon.contracts.job.FetchTask;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.job.JobPlan;
import dev.halcyon.contracts.job.Plan;
import dev.halcyon.contracts.job.TensorReady;
import dev.halcyon.contracts.json.InvalidMessageException;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.request.CompareRequest;
import dev.halcyon.contracts.request.ModelSpec;
import dev.halcyon.contracts.store.Digest;
import dev.halcyon.objectstore.MemoryObjectStore;
import dev.halcyon.services.common.BadInputException;
import dev.halcyon.services.common.LocalRoots;
import dev.halcyon.services.common.fixture.HandedRecord;
import dev.halcyon.services.common.fixture.LetterBox;
import dev.halcyon.services.common.models.ModelUse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequestHandlerTest {
  private static final String Q = "model.layers.0.self_attn.q_proj.weight";
  private static final String K = "model.layers.0.self_attn.k_proj.weight";

  @TempDir private Path folder;
  private final MemoryObjectStore store = new MemoryObjectStore();
  private final Recorded recorded = new Recorded();
  private final LetterBox box = new LetterBox();
  private RequestHandler handler;
  private int window = Integer.MAX_VALUE;
  private Path base;
  private Path tuned;

  @BeforeEach
  void writeModels() throws IOException {
    base = Models.write(folder.resolve("base"), 1, Q, K);
    tuned = Models.write(folder.resolve("tuned"), 2, Q, K);
    handler = handler(folder);
  }

  private RequestHandler handler(Path root) {
    LocalRoots roots = new LocalRoots(List.of(root));
    HubAccess noHub =
        new HubAccess(() -> {
          throw new AssertionError("local models need no Hub");
        });
    ModelUse use = new ModelUse(store, Clock.systemUTC());
    ModelReader reader =
        new ModelReader(new LocalModelReader(roots), new HubModelReader(noHub, store, use, false));
    return new RequestHandler(
        store,
        reader,
        EnginePlanner.of(roots, store, TaskSizeTest.STANDARD),
        recorded,
        new Dispatch(store, use, recorded, window));
  }

  private byte[] request(String... components) {
    return Json.bytes(
        new CompareRequest(
            ModelSpec.of(base.toString()),
            List.of(ModelSpec.of(tuned.toString())),
            List.of(),
            List.of(components),
            Optional.empty(),
            Optional.empty()));
  }

  @Test
  void aRequestBecomesAPlanAndItsTensors() throws IOException {
    handler.handle("r1", request());

    JobPlan announced = recorded.plans.getFirst();
    byte[] stored = store.get(announced.plan().key());
    Plan plan = Json.read(stored, Plan.class);
    assertThat(announced.plan().sha256()).isEqualTo(Digest.sha256(stored));
    assertThat(announced.tensors()).isEqualTo(2);
    assertThat(announced.bytes()).isEqualTo(64);
    assertThat(recorded.tensors).extracting(ready -> ready.tensor().tensor()).containsExactly(K, Q);
    assertThat(plan.tensors().getFirst().copies()).hasSize(2);
    assertThat(recorded.events)
        .singleElement()
        .isInstanceOfSatisfying(
            JobEvent.Accepted.class, event -> assertThat(event.requestId()).isEqualTo("r1"));
  }

  @Test
  void theSameContentTwiceIsOneJobWhoseTensorsAreAnnouncedOnce() throws IOException {
    handler.handle("r1", request());
    handler.handle("r2", request());

    assertThat(recorded.plans).extracting(JobPlan::jobId).hasSize(2).containsOnly(jobId());
    assertThat(recorded.tensors).hasSize(2);
    assertThat(recorded.events)
        .extracting(event -> ((JobEvent.Accepted) event).requestId())
        .containsExactly("r1", "r2");
  }

  @Test
  void anInterruptedAnnouncementIsRepeatedWhole() throws IOException {
    handler.handle("r1", request());
    store.delete(StoreKeys.dispatched(jobId(), 1));
    handler.handle("r1", request());

    assertThat(recorded.tensors).hasSize(4);
  }

  @Test
  void changedFilesAreAnotherJob() throws IOException {
    handler.handle("r1", request());
    Files.setLastModifiedTime(
        tuned.resolve("model.safetensors"), FileTime.fromMillis(1_000_000_000_000L));
    handler.handle("r2", request());

    assertThat(recorded.plans).extracting(JobPlan::jobId).doesNotHaveDuplicates();
  }

  @Test
  void otherComponentsAreAnotherJob() throws IOException {
    handler.handle("r1", request());
    handler.handle("r2", request("q_proj"));

    assertThat(recorded.plans).extracting(JobPlan::jobId).doesNotHaveDuplicates();
    assertThat(recorded.plans.getLast().tensors()).isEqualTo(1);
  }

  @Test
  void aFailedJobRunsAgainAsTheNextAttempt() throws IOException {
    handler.handle("r1", request());
    store.put(
        StoreKeys.failed(jobId(), 1), Json.bytes(new Failure(Failure.Cause.ENVIRONMENT, "disk")));
    handler.handle("r2", request());

    assertThat(recorded.plans).extracting(JobPlan::attempt).containsExactly(1, 2);
    assertThat(recorded.tensors).extracting(TensorReady::attempt).containsExactly(1, 1, 2, 2);
  }

  @Test
  void aJobWithAReportIsOnlyAnnounced() throws IOException {
    handler.handle("r1", request());
    store.put(StoreKeys.report(jobId()), new byte[] {1});
    store.delete(StoreKeys.dispatched(jobId(), 1));
    recorded.tensors.clear();
    handler.handle("r2", request());

    assertThat(recorded.plans).hasSize(2);
    assertThat(recorded.tensors).isEmpty();
  }

  @Test
  void foldersBeyondTheRootsAreRefused() {
    RequestHandler strict = handler(base);

    assertThatThrownBy(() -> strict.handle("r1", request()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(tuned.toString())
        .hasMessageContaining("local-roots");
    assertThat(recorded.plans).isEmpty();
  }

  @Test
  void linksOutOfTheRootsAreRefused() throws IOException {
    Path root = Files.createDirectories(folder.resolve("root"));
    Files.createSymbolicLink(root.resolve("base"), base);
    byte[] request =
        "{\"base\": \"%s\", \"fine_tunes\": [\"%s\"]}"
            .formatted(root.resolve("base"), root.resolve("base"))
            .getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(() -> handler(root).handle("r1", request))
        .isInstanceOf(BadInputException.class);
  }

  @Test
  void componentsThatMatchNothingAreNamedWithThoseThereAre() {
    assertThatThrownBy(() -> handler.handle("r1", request("w_proj")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("w_proj")
        .hasMessageContaining("self_attn.q_proj");
  }

  @Test
  void modelsWithNothingInCommonAreRefused() throws IOException {
    tuned = Models.write(folder.resolve("other"), 2, "something.else");

    assertThatThrownBy(() -> handler.handle("r1", request()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("nothing to compare");
  }

  @Test
  void theListenerRejectsWhatIsNoRequestAndLetsItGoToTheDeadLetters() {
    RequestListener listener =
        new RequestListener(handler, recorded, box.deadLetters(), box.atWork(), box.meters());
    byte[] value = "{".getBytes(StandardCharsets.UTF_8);

    HandedRecord record = HandedRecord.on(Topic.COMPARE_REQUESTS, "r9", value);
    listener.receive(record);

    assertThat(record.isAcknowledged()).isTrue();
    assertThat(box.reasons()).containsExactly("unreadable");
    assertThat(recorded.events)
        .singleElement()
        .isInstanceOfSatisfying(
            JobEvent.Failed.class,
            event -> {
              assertThat(event.requestId()).contains("r9");
              assertThat(event.failure().cause()).isEqualTo(Failure.Cause.BAD_INPUT);
            });
  }

  private void cancel(String jobId) throws IOException {
    handler.handle("r5", "{\"cancel\": \"%s\"}".formatted(jobId).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aCancelledJobHasEndedAndTheNextRequestRunsItAnew() throws IOException {
    handler.handle("r1", request());
    recorded.events.clear();
    cancel(jobId());

    Failure cancelled = new Failure(Failure.Cause.CANCELLED, "cancelled by request r5");
    assertThat(recorded.events).containsExactly(JobEvent.failed(jobId(), 1, "fetcher", cancelled));
    assertThat(Json.read(store.get(StoreKeys.failed(jobId(), 1)), Failure.class))
        .isEqualTo(cancelled);

    handler.handle("r6", request());
    assertThat(recorded.plans).extracting(JobPlan::attempt).containsExactly(1, 2);
  }

  @Test
  void whatDoesNotRunCannotBeCancelled() throws IOException {
    handler.handle("r1", request());
    assertThatThrownBy(() -> cancel("abc"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("abc");
    assertThatThrownBy(() -> cancel("../abc")).isInstanceOf(InvalidMessageException.class);

    store.put(StoreKeys.report(jobId()), new byte[0]);
    assertThatThrownBy(() -> cancel(jobId()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("is done: it cannot be cancelled");
  }

  @Test
  void theListenerNamesARequestWithoutAKeyByItsContent() {
    RequestListener listener =
        new RequestListener(handler, recorded, box.deadLetters(), box.atWork(), box.meters());

    listener.receive(HandedRecord.on(Topic.COMPARE_REQUESTS, null, request()));

    assertThat(recorded.plans.getFirst().requestId())
        .isEqualTo(Digest.sha256(request()).substring(0, 16));
  }

  /// The key becomes part of the events that answer, which must fit.
  @Test
  void theListenerNamesARequestWithAVeryLongKeyByItsContent() {
    RequestListener listener =
        new RequestListener(handler, recorded, box.deadLetters(), box.atWork(), box.meters());

    listener.receive(HandedRecord.on(Topic.COMPARE_REQUESTS, "k".repeat(1_000_000), request()));

    assertThat(recorded.plans.getFirst().requestId())
        .isEqualTo(Digest.sha256(request()).substring(0, 16));
  }

  /// Nobody can be told: it has no name and no content.
  @Test
  void aTombstoneWithoutAKeyIsADeadLetterAlone() {
    RequestListener listener =
        new RequestListener(handler, recorded, box.deadLetters(), box.atWork(), box.meters());
    HandedRecord record = HandedRecord.on(Topic.COMPARE_REQUESTS, null, null);

    listener.receive(record);

    assertThat(record.isAcknowledged()).isTrue();
    assertThat(box.reasons()).containsExactly("tombstone");
    assertThat(recorded.events).isEmpty();
  }

  private String jobId() {
    return recorded.plans.getFirst().jobId();
  }

  @Test
  void onlyTheFirstTensorsOfALargeJobAreAnnouncedWithItsPlan() throws IOException {
    window = 1;
    handler(folder).handle("r1", request());

    assertThat(recorded.tensors).extracting(ready -> ready.tensor().tensor()).containsExactly(K);
    assertThat(recorded.plans.getFirst().window()).isEqualTo(1);
  }

  @Test
  void theOthersAreAnnouncedWhenTheyAreAskedFor() throws IOException {
    window = 1;
    handler(folder).handle("r1", request());
    JobPlan announced = recorded.plans.getFirst();
    FetchTask.Slice slice = new FetchTask.Slice(announced.jobId(), 1, announced.plan(), 1, 2);

    assertThat(fetches().handle(slice)).isZero();

    assertThat(recorded.tensors).extracting(ready -> ready.tensor().tensor()).containsExactly(K, Q);
  }

  @Test
  void nothingMoreIsAnnouncedOfAnAttemptThatHasFailed() throws IOException {
    window = 1;
    handler(folder).handle("r1", request());
    JobPlan announced = recorded.plans.getFirst();
    store.put(StoreKeys.failed(announced.jobId(), 1), new byte[0]);

    fetches().handle(new FetchTask.Slice(announced.jobId(), 1, announced.plan(), 1, 2));

    assertThat(recorded.tensors).hasSize(1);
  }

  /// Results of the first attempt do not say which tensors of the second are at work.
  @Test
  void theNextAttemptIsAnnouncedWhole() throws IOException {
    window = 1;
    RequestHandler small = handler(folder);
    small.handle("r1", request());
    store.put(StoreKeys.failed(recorded.plans.getFirst().jobId(), 1), new byte[0]);

    small.handle("r2", request());

    assertThat(recorded.plans.getLast().window()).isEqualTo(2);
    assertThat(recorded.tensors).filteredOn(ready -> ready.attempt() == 2).hasSize(2);
  }

  private FetchHandler fetches() {
    return HubParts.fetches(
        store,
        new HubAccess(() -> {
          throw new AssertionError("local models need no Hub");
        }),
        recorded);
  }
}
