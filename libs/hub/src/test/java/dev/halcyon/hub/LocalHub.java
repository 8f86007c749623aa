package dev.halcyon.hub;

import dev.halcyon.hub.fixture.HubServer;
import dev.halcyon.hub.fixture.TimeLapseClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// A local Hub and a client of it, whose waits take no time and whose chunks are small.
final class LocalHub implements AutoCloseable {
  static final int CHUNK = 4 << 20;
  static final String TOKEN = "hf_secretSECRETsecret";

  final HubServer server = HubServer.start();
  final TimeLapseClock clock = new TimeLapseClock();
  final Events events = new Events();
  private final Path cache;
  private final List<HubClient> clients = new ArrayList<>();

  LocalHub(Path folder) {
    cache = folder.resolve("cache/hub");
    server.token(TOKEN, true);
  }

  Path cache() {
    return cache;
  }

  HubConfig config(boolean withToken) {
    Optional<AccessToken> token =
        withToken ? Optional.of(new AccessToken(TOKEN, "HF_TOKEN")) : Optional.empty();
    return new HubConfig(server.endpoint(), server.endpoint(), token, cache, false);
  }

  HubClient client() {
    return client(config(false));
  }

  HubClient client(HubConfig config) {
    return client(HubClient.builder(config));
  }

  HubClient client(HubClient.Builder builder) {
    return client(builder, Duration.ofSeconds(30), Duration.ofSeconds(30));
  }

  /// A client that is quick to give up silent and slow connections.
  HubClient impatientClient() {
    return client(HubClient.builder(config(false)), Duration.ofMillis(500), Duration.ofMillis(200));
  }

  private static TransferSettings settings(Duration stall, Duration slow) {
    return new TransferSettings(
        4,
        CHUNK,
        5,
        TransferSettings.DEFAULT.connectTimeout(),
        TransferSettings.DEFAULT.responseTimeout(),
        stall,
        slow,
        TransferSettings.DEFAULT.retries(),
        TransferSettings.DEFAULT.longestWait());
  }

  private HubClient client(HubClient.Builder builder, Duration stall, Duration slow) {
    HubClient client =
        builder.settings(settings(stall, slow)).clock(clock).listener(events).build();
    clients.add(client);
    return client;
  }

  @Override
  public void close() {
    clients.forEach(HubClient::close);
    server.close();
  }

  /// All that a listener hears.
  static final class Events implements HubListener {
    final List<String> heard = Collections.synchronizedList(new ArrayList<>());
    final AtomicLong received = new AtomicLong();

    @Override
    public void received(long bytes) {
      received.addAndGet(bytes);
    }

    @Override
    public void retrying(String what, Duration wait, HubException.Reason reason, String problem) {
      heard.add("retry " + what + " " + reason + " " + wait + " " + problem);
    }

    @Override
    public void replacedSlowConnection(String what) {
      heard.add("replaced " + what);
    }

    @Override
    public void refreshedUrl(String what) {
      heard.add("refreshed " + what);
    }
  }
}
