package dev.halcyon.standalone;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// How this JVM ends.
///
/// A command that leaves nothing behind but its results need not stop broker and services in order,
/// which takes seconds: it removes its working folder and halts. A signal ends it the same way.
final class Ending {
  private static final AtomicInteger STATUS = new AtomicInteger(ExitCode.INTERRUPTED.status());
  private static final AtomicBoolean BEGUN = new AtomicBoolean();

  private Ending() {}

  /// From now on the JVM halts as soon as this is done, however its end comes.
  static void atOnceAfter(Runnable cleanUp) {
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .unstarted(() -> {
                  BEGUN.set(true);
                  try {
                    cleanUp.run();
                  } finally {
                    Runtime.getRuntime().halt(STATUS.get());
                  }
                }));
  }

  /// Whether the JVM is about to halt; what breaks from now on concerns nobody.
  static boolean hasBegun() {
    return BEGUN.get();
  }

  /// Ends the JVM with that status.
  static void with(int status) {
    STATUS.set(status);
    System.exit(status);
  }
}
