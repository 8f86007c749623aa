package dev.halcyon.hub;

import java.io.IOException;
import java.nio.ByteBuffer;

/// A body of which no byte is taken.
final class RefusedBody<T> extends WatchedBody<T> {
  RefusedBody(IOException reason) {
    stop(reason);
  }

  @Override
  void take(ByteBuffer bytes) {}

  @Override
  void end() {}
}
