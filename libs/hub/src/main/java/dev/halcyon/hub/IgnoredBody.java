package dev.halcyon.hub;

import java.nio.ByteBuffer;

/// A body that nobody reads: passed over where it is short, so that its connection serves again,
/// and cut off where it is not.
final class IgnoredBody extends WatchedBody<Void> {
  private final int most;

  IgnoredBody(int most) {
    this.most = most;
  }

  @Override
  void take(ByteBuffer bytes) {
    if (received() > most) {
      complete(null);
    }
  }

  @Override
  void end() {
    completeAtEnd(null);
  }
}
