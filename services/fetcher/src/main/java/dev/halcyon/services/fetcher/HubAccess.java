package dev.halcyon.services.fetcher;

import dev.halcyon.hub.HubClient;
import dev.halcyon.hub.HubConfig;
import dev.halcyon.hub.HubException;
import dev.halcyon.hub.HubListener;
import dev.halcyon.services.common.BadInputException;
import dev.halcyon.services.common.EnvironmentException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;

/// The client of the Hub, opened when a request first needs it: a machine that compares folders
/// only needs no settings for the Hub.
final class HubAccess implements AutoCloseable {
  private final Supplier<HubClient> opener;
  private HubClient client;

  HubAccess(Supplier<HubClient> opener) {
    this.opener = opener;
  }

  /// The Hub that this process's environment names.
  ///
  /// @param listener hears of transfers
  static HubAccess fromEnvironment(HubListener listener) {
    return new HubAccess(
        () -> HubClient.builder(HubConfig.fromEnvironment()).listener(listener).build());
  }

  /// @throws EnvironmentException where the settings are of no use
  synchronized HubClient client() {
    if (client == null) {
      try {
        client = opener.get();
      } catch (IllegalArgumentException | UncheckedIOException e) {
        throw new EnvironmentException(e.getMessage(), e);
      }
    }
    return client;
  }

  /// A failure classed by who must act, to be thrown. The client has retried it for as long as it
  /// is worth; nobody retries it again.
  static RuntimeException classed(HubException failure) {
    return failure.isTransient()
        ? new EnvironmentException(failure.getMessage(), failure)
        : new BadInputException(failure.getMessage(), failure);
  }

  @Override
  public synchronized void close() {
    if (client != null) {
      client.close();
    }
  }
}
