package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.request.Analysis;
import dev.halcyon.contracts.request.CompareRequest;
import dev.halcyon.contracts.request.ModelSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// All five services on a broker that lets nobody in who lacks a setting below `kafka.`.
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class SecuredBrokerTest {
  private static final Path MODELS =
      Path.of(System.getProperty("halcyon.root"), "examples/models").toAbsolutePath();

  @TempDir private Path folder;

  @Test
  void servicesProveThemselvesByScram() throws Exception {
    try (SecuredBroker broker = SecuredBroker.withScram(folder)) {
      assertJobRuns(broker);
    }
  }

  @Test
  void servicesEncryptByTls() throws Exception {
    try (SecuredBroker broker = SecuredBroker.withTls(folder)) {
      assertJobRuns(broker);
    }
  }

  private void assertJobRuns(SecuredBroker broker) throws Exception {
    try (Fleet fleet = Fleet.on(broker.clients(), folder, Map.of())) {
      for (String service : Fleet.SERVICES) {
        fleet.add(service, Map.of("halcyon.fetcher.local-roots", MODELS.toString()));
      }
      fleet.awaitStart();
      JobOutcome outcome = new JobClient(broker.bootstrapServers()).run(request(), _ -> {});
      assertThat(outcome).as(fleet::logs).isInstanceOf(JobOutcome.Ready.class);
      Lag.awaitNone(broker.bootstrapServers());
    }
  }

  private static CompareRequest request() {
    return new CompareRequest(
        ModelSpec.of(MODELS.resolve("base").toString()),
        List.of(ModelSpec.of(MODELS.resolve("python").toString())),
        List.of(Analysis.SIMILARITY, Analysis.FISHER),
        List.of(),
        Optional.empty(),
        Optional.empty());
  }
}
