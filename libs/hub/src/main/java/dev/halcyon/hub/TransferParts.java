package dev.halcyon.hub;

import dev.halcyon.hub.repository.HubFile;
import java.util.concurrent.Semaphore;

/// What all transfers of a client share.
record TransferParts(
    HubHttp http,
    FileUrls urls,
    RangeReader reader,
    TransferBuffers buffers,
    Semaphore connections,
    TransferSettings settings,
    HubClock clock,
    HubListener listener) {
  /// Counts the tries of one range, its URL included.
  Attempts attempts(HubFile file) {
    return new Attempts(file.toString(), settings, clock, listener);
  }

  /// The same parts for transfers with other settings.
  TransferParts with(TransferSettings other) {
    return new TransferParts(http, urls, reader, buffers, connections, other, clock, listener);
  }

  ConnectionPace newPace() {
    return new ConnectionPace(clock, settings.slowPatience());
  }
}
