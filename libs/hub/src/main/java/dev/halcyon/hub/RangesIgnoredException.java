package dev.halcyon.hub;

import java.io.IOException;

/// The server answers a range with the whole file: only reading from its beginning helps.
final class RangesIgnoredException extends IOException {
  RangesIgnoredException(String what) {
    super("[" + what + "] the server ignores ranges");
  }
}
