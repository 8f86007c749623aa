package dev.halcyon.hub;

import java.io.IOException;

/// A connection was given up because others are much faster; not a failure of the server.
final class SlowConnectionException extends IOException {
  SlowConnectionException(String what) {
    super("[" + what + "] the connection is far slower than the others");
  }
}
