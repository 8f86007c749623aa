package dev.halcyon.hub;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.Optional;

/// An answer that is no redirect to follow and no passing failure.
///
/// @param uri that answered
/// @param redirect to another host, where the request does not follow such
/// @param body of a success; null otherwise
record Reply<T>(int status, HttpHeaders headers, URI uri, Optional<URI> redirect, T body) {
  boolean isSuccess() {
    return status == 200 || status == 206;
  }
}
