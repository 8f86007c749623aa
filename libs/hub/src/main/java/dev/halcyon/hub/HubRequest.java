package dev.halcyon.hub;

import dev.halcyon.hub.repository.Subject;
import java.net.URI;
import java.util.Map;

/// A request, before it is known who will answer it.
///
/// @param method `GET` or `HEAD`
/// @param offHost whether to follow a redirect to another host, or to hand it back
record HubRequest(
    String method, URI uri, Subject subject, Map<String, String> headers, boolean offHost) {
  static HubRequest get(URI uri, Subject subject) {
    return new HubRequest("GET", uri, subject, Map.of(), true);
  }

  static HubRequest head(URI uri, Subject subject) {
    return new HubRequest("HEAD", uri, subject, Map.of(), false);
  }

  /// Asks for `length` bytes from `offset`.
  static HubRequest range(URI uri, Subject subject, long offset, long length) {
    String range = "bytes=" + offset + "-" + (offset + length - 1);
    return new HubRequest("GET", uri, subject, Map.of("Range", range), true);
  }

  HubRequest at(URI target) {
    return new HubRequest(method, target, subject, headers, offHost);
  }

  String what() {
    return subject.toString();
  }
}
