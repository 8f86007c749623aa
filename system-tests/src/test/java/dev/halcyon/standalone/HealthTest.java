package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.request.CompareRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// All services in JVMs of their own, and a broker and a store that go away and come back.
class HealthTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir private Path folder;

  @Test
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void servicesAreReadyWhileBrokerAndStoreAreThereAndAliveAllTheTime() throws Exception {
    EmbeddedBroker.Address address = EmbeddedBroker.Address.free(0);
    EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), address);
    Map<String, String> kafka = Map.of("kafka.bootstrap.servers", address.bootstrapServers());
    try (Fleet fleet = Fleet.on(kafka, folder, Map.of())) {
      for (String service : Fleet.SERVICES) {
        fleet.add(service, Map.of("halcyon.fetcher.local-roots", folder.toString()));
      }
      fleet.awaitStart();
      awaitReady(fleet, true);
      compare(fleet, 0);

      broker.close();
      awaitReady(fleet, false);
      broker = EmbeddedBroker.start(folder.resolve("broker"), address);
      awaitReady(fleet, true);
      compare(fleet, 1);

      Path elsewhere = Files.move(fleet.store(), folder.resolve("elsewhere"));
      awaitReady(fleet, false);
      assertThat(fleet.service("fetcher").http("/q/health/ready").body())
          .contains("\"store\": \"[" + fleet.store().toUri());
      Files.move(elsewhere, fleet.store());
      awaitReady(fleet, true);
      compare(fleet, 2);
    } finally {
      broker.close();
    }
  }

  /// Waits until all services say that they are ready, or are not, and that they are alive.
  private static void awaitReady(Fleet fleet, boolean ready) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    for (String service : Fleet.SERVICES) {
      while (isUp(fleet, service, "ready") != ready) {
        assertThat(System.nanoTime())
            .as(() -> "%s is not %s%n%s".formatted(service, ready ? "ready" : "down", fleet.logs()))
            .isLessThan(end);
        Thread.sleep(200);
      }
    }
    for (String service : Fleet.SERVICES) {
      assertThat(isUp(fleet, service, "live")).as(service).isTrue();
    }
  }

  private static boolean isUp(Fleet fleet, String service, String kind) throws Exception {
    return fleet.service(service).http("/q/health/" + kind).statusCode() == 200;
  }

  /// A service that says it is ready can work.
  private void compare(Fleet fleet, int turn) throws Exception {
    List<String> models =
        List.of(
            RandomModels.write(folder.resolve("model-" + turn + "a"), 1, 2L * turn).toString(),
            RandomModels.write(folder.resolve("model-" + turn + "b"), 1, 2L * turn + 1).toString());
    CompareRequest request = ComparingFleet.request(models);

    JobOutcome outcome = new JobClient(fleet.bootstrapServers()).run(request, _ -> {});

    assertThat(outcome).as(fleet::logs).isInstanceOf(JobOutcome.Ready.class);
  }
}
