package dev.halcyon.services.common;

import java.time.Duration;
import org.jboss.logging.Logger;

/// Halts a JVM that was told to end and has not: a client that waits for a broker that is away does
/// so without limit, and whoever sent the signal sends SIGKILL next.
final class HaltLimit {
  private static final Logger LOG = Logger.getLogger(HaltLimit.class);
  private static final int TERMINATED = 143;

  private HaltLimit() {}

  /// Sets the limit where the JVM itself ends; services that end in a JVM that goes on have none.
  static void arm(Duration limit) {
    if (isJvmEnding()) {
      Thread.ofPlatform().daemon().name("halt-limit").start(() -> halt(limit));
    }
  }

  static boolean isJvmEnding() {
    Thread hook = Thread.ofPlatform().unstarted(() -> {});
    try {
      Runtime.getRuntime().addShutdownHook(hook);
      Runtime.getRuntime().removeShutdownHook(hook);
      return false;
    } catch (IllegalStateException _) {
      return true;
    }
  }

  private static void halt(Duration limit) {
    try {
      Thread.sleep(limit);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    LOG.warnf("halting: the end took longer than %s (halcyon.shutdown.*)", limit);
    Runtime.getRuntime().halt(TERMINATED);
  }
}
