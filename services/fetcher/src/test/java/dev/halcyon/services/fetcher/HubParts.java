package dev.halcyon.services.fetcher;

import dev.halcyon.hub.AccessToken;
import dev.halcyon.hub.HubClient;
import dev.halcyon.hub.HubConfig;
import dev.halcyon.hub.TransferSettings;
import dev.halcyon.hub.fixture.HubServer;
import dev.halcyon.hub.fixture.TimeLapseClock;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.LocalRoots;
import dev.halcyon.services.common.models.ModelUse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The fetcher's parts on a local Hub.
final class HubParts {
  private HubParts() {}

  /// A client that waits in no real time.
  ///
  /// @param cache of Hugging Face's tools
  static HubAccess access(HubServer server, Optional<AccessToken> token, Path cache) {
    HubConfig config = new HubConfig(server.endpoint(), server.endpoint(), token, cache, false);
    TransferSettings settings =
        new TransferSettings(
            4,
            4 << 20,
            5,
            TransferSettings.DEFAULT.connectTimeout(),
            TransferSettings.DEFAULT.responseTimeout(),
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            TransferSettings.DEFAULT.retries(),
            TransferSettings.DEFAULT.longestWait());
    return new HubAccess(
        () -> HubClient.builder(config).settings(settings).clock(new TimeLapseClock()).build());
  }

  /// What takes requests.
  ///
  /// @param root of folders that they may name
  static RequestHandler requests(
      ObjectStore store,
      HubAccess hub,
      Path root,
      boolean cacheInPlace,
      Announcements announcements) {
    ModelUse use = new ModelUse(store, Clock.systemUTC());
    LocalRoots roots = new LocalRoots(List.of(root));
    ModelReader reader =
        new ModelReader(
            new LocalModelReader(roots), new HubModelReader(hub, store, use, cacheInPlace));
    return new RequestHandler(
        store,
        reader,
        EnginePlanner.of(roots, store, TaskSizeTest.STANDARD),
        announcements,
        new Dispatch(store, use, announcements, Integer.MAX_VALUE));
  }

  /// What takes fetch tasks.
  static FetchHandler fetches(ObjectStore store, HubAccess hub, Announcements announcements) {
    ModelUse use = new ModelUse(store, Clock.systemUTC());
    return new FetchHandler(
        store, hub, use, announcements, new Dispatch(store, use, announcements, Integer.MAX_VALUE));
  }
}
