package dev.halcyon.hub;

import java.io.IOException;
import java.net.http.HttpHeaders;

/// Decides where the body of a success goes, once its headers are known.
@FunctionalInterface
interface Receiver<T> {
  /// Where the body goes.
  ///
  /// @param status 200 or 206
  /// @throws IOException where no body is wanted under such headers
  WatchedBody<T> begin(int status, HttpHeaders headers) throws IOException;
}
