package dev.halcyon.hub;

import java.time.Duration;

/// Receives the events of transfers, for logs and metrics; called from many threads. Events name
/// repositories and files, never tokens or signed URLs.
public interface HubListener {
  /// Ignores all events.
  HubListener NONE = new HubListener() {};

  /// Bytes of files have come.
  default void received(long bytes) {}

  /// A request failed and is tried again after a wait.
  ///
  /// @param what as `org/model model.safetensors`
  default void retrying(String what, Duration wait, HubException.Reason reason, String problem) {}

  /// A connection far slower than the others was dropped for a new one.
  default void replacedSlowConnection(String what) {}

  /// A signed URL ran out and was asked for anew.
  default void refreshedUrl(String what) {}
}
