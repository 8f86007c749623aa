package dev.halcyon.hub;

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
  ConnectionPace newPace() {
    return new ConnectionPace(clock, settings.slowPatience());
  }
}
