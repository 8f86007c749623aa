package dev.halcyon.services.fetcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.Topic;
import dev.halcyon.contracts.job.Failure;
import dev.halcyon.contracts.job.FetchTask;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.hub.AccessToken;
import dev.halcyon.hub.fixture.Fault;
import dev.halcyon.hub.fixture.Faults;
import dev.halcyon.hub.fixture.Repository;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.objectstore.StoreUnavailableException;
import dev.halcyon.services.common.BadInputException;
import dev.halcyon.services.common.EnvironmentException;
import dev.halcyon.services.common.Transient;
import dev.halcyon.services.common.fixture.HandedRecord;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A Hub, a store or a user's access that fails while models are fetched.
class HubFetchFailureTest extends HubFetches {
  @Test
  void aTransferThatFailsLeavesNothingAndTheNextTrySucceeds() throws IOException {
    request("r1", "org/base", "org/tuned", "first.weight");
    FetchHandler handler = handler(store);
    server.faults().always(Faults.cdn(), new Fault.ResetAfter(100_000));

    assertThatThrownBy(() -> handler.handle(recorded.fetches.getFirst()))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("org/base");
    assertThat(store.find(recorded.fetches.getFirst().target().key())).isEmpty();

    server.faults().clear();
    handler.handle(recorded.fetches.getFirst());
    assertThat(store.find(recorded.fetches.getFirst().target().key()))
        .hasValueSatisfying(object -> assertThat(object.size()).isEqualTo(2L * ELEMENTS));
  }

  /// For two minutes, see FaultsTest of libs/hub; the work around it does not try again.
  @Test
  void aHubThatFailsInMidJobIsGivenUpByItsClientAlone() throws IOException {
    request("r1", "org/base", "org/tuned", "first.bias");
    FetchTask.Download small = recorded.fetches.getFirst();
    server.faults().always(Faults.cdn(), new Fault.Status(503));

    assertThatThrownBy(() -> Transient.retry(() -> handler(store).handle(small)))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("org/base")
        .hasMessageEndingWith("(given up after 19 tries)");
    assertThat(server.faults().shown()).isEqualTo(19);
  }

  @Test
  void aStoreThatFailsInMidTransferLetsGoOfTheHub() throws IOException {
    request("r1", "org/base", "org/tuned", "first.weight");
    FetchHandler failing = handler(failingPuts());
    for (int i = 0; i < 10; i++) {
      assertThatThrownBy(() -> failing.handle(recorded.fetches.getFirst()))
          .isInstanceOf(StoreUnavailableException.class);
    }
    handler(store).handle(recorded.fetches.getFirst());
    assertThat(store.find(recorded.fetches.getFirst().target().key())).isPresent();
  }

  /// The store, but a put from a stream reads a little and fails.
  private ObjectStore failingPuts() {
    return (ObjectStore)
        Proxy.newProxyInstance(
            ObjectStore.class.getClassLoader(),
            new Class<?>[] {ObjectStore.class},
            (_, called, arguments) -> {
              if (arguments != null && arguments.length == 3 && called.getName().equals("put")) {
                ((InputStream) arguments[1]).readNBytes(1000);
                throw new StoreUnavailableException("[store] does not answer", null);
              }
              try {
                return called.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  void aJobThatHasFailedIsNotFetchedFor() throws IOException {
    request("r1", "org/base", "org/tuned");
    FetchTask.Download task = recorded.fetches.getFirst();
    store.put(
        StoreKeys.failed(task.jobId(), task.attempt()),
        Json.bytes(new Failure(Failure.Cause.BAD_INPUT, "gone")));
    server.forgetRequests();

    assertThat(handler(store).handle(task)).isZero();
    assertThat(server.requests()).isEmpty();
    assertThat(recorded.tensors).isEmpty();
  }

  @Test
  void aGatedModelIsTheUsersToUnlock() throws IOException {
    server.add(
        Repository.model("org/gated", models.resolve("tuned")).access(Repository.Access.GATED));
    assertThatThrownBy(() -> request("r1", "org/base", "org/gated"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("accept its terms at " + server.endpoint() + "/org/gated");
    assertThatThrownBy(() -> request("r1", "org/base", "org/none"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("org/none");
    assertThat(recorded.plans).isEmpty();
  }

  @Test
  void aModelThatIsLockedInMidJobFailsTheJobOnce() throws IOException {
    server
        .token("hf_t", true)
        .add(
            Repository.model("org/gated", models.resolve("tuned")).access(Repository.Access.GATED));
    hub.close();
    hub = access(Optional.of(new AccessToken("hf_t", "HF_TOKEN")));
    request("r1", "org/base", "org/gated");
    hub.close();
    hub = access(Optional.empty());
    FetchTask.Download task = recorded.fetches.get(1);
    FetchListener listener =
        new FetchListener(handler(store), recorded, box.deadLetters(), box.atWork(), box.meters());

    listener.receive(HandedRecord.on(Topic.FETCH_TASKS, "k", Json.bytes(task)));

    assertThat(box.reasons()).containsExactly("bad_input");
    assertThat(recorded.events.getLast())
        .isInstanceOfSatisfying(
            JobEvent.Failed.class,
            event -> {
              assertThat(event.jobId()).isEqualTo(task.jobId());
              assertThat(event.failure().cause()).isEqualTo(Failure.Cause.BAD_INPUT);
            });
  }

  @Test
  void theListenerTriesAgainWhatMayPass() throws IOException {
    request("r1", "org/base", "org/tuned", "first.weight");
    FetchListener listener =
        new FetchListener(handler(store), recorded, box.deadLetters(), box.atWork(), box.meters());
    server.faults().times(8, Faults.cdn(), new Fault.Status(503));

    for (FetchTask.Download task : recorded.fetches) {
      listener.receive(HandedRecord.on(Topic.FETCH_TASKS, "k", Json.bytes(task)));
    }
    assertThat(box.letters()).isEmpty();
    assertThat(recorded.tensors).hasSize(1);
  }

  @Test
  void aHubThatStaysAwayFailsTheJobForTheOperator() throws IOException {
    request("r1", "org/base", "org/tuned", "first.weight");
    FetchListener listener =
        new FetchListener(handler(store), recorded, box.deadLetters(), box.atWork(), box.meters());
    server.faults().always(request -> true, new Fault.Status(503));

    listener.receive(
        HandedRecord.on(Topic.FETCH_TASKS, "k", Json.bytes(recorded.fetches.getFirst())));

    assertThat(box.reasons()).containsExactly("environment");
    assertThat(((JobEvent.Failed) recorded.events.getLast()).failure())
        .satisfies(failure -> {
          assertThat(failure.cause()).isEqualTo(Failure.Cause.ENVIRONMENT);
          assertThat(failure.message()).contains("org/base");
        });
  }
}
