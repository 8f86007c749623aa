package dev.halcyon.standalone;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.Logger;

/// How this JVM ends.
///
/// A command that leaves nothing behind but its results need not stop its services in order: it
/// removes its working folder and halts. A signal ends it the same way.
final class Ending {
  /// Of the end that came first, once one has.
  private static final AtomicReference<Integer> STATUS = new AtomicReference<>();

  private static final AtomicReference<Runnable> CLEAN_UP = new AtomicReference<>();

  /// Whether this JVM was started for a command.
  private static final AtomicBoolean OF_A_COMMAND = new AtomicBoolean();

  private Ending() {}

  /// The JVM belongs to a command, whose end is the JVM's. One that only calls a command, as a test
  /// does, ends on its own.
  static void isTheCommands() {
    OF_A_COMMAND.set(true);
  }

  /// From now on a command's JVM halts as soon as this is done, however its end comes.
  static void atOnceAfter(Runnable cleanUp) {
    if (!OF_A_COMMAND.get()) {
      return;
    }
    CLEAN_UP.set(cleanUp);
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().unstarted(() -> halt(ExitCode.INTERRUPTED.status())));
  }

  /// Whether the JVM is about to halt; later failures are not reported and do not change the
  /// status.
  static boolean hasBegun() {
    return STATUS.get() != null;
  }

  /// Ends the JVM with that status. Where it may halt at once it does so before the libraries' own
  /// shutdown hooks begin, which would only compete with the clean-up.
  static void with(int status) {
    STATUS.compareAndSet(null, status);
    if (CLEAN_UP.get() != null) {
      halt();
    }
    System.exit(status);
  }

  /// Ends the JVM with that status at once, without a library's shutdown hooks: one of them may be
  /// waiting for the caller.
  static void halt(int status) {
    STATUS.compareAndSet(null, status);
    halt();
  }

  /// Cleans up and halts; a second caller waits for the first to do so.
  private static synchronized void halt() {
    try {
      silenceOthers();
      Optional.ofNullable(CLEAN_UP.get()).ifPresent(Runnable::run);
    } finally {
      Runtime.getRuntime().halt(STATUS.get());
    }
  }

  /// Services run on while their folder goes, and miss it.
  private static void silenceOthers() {
    String own = Ending.class.getPackageName();
    for (Handler handler : Logger.getLogger("").getHandlers()) {
      handler.setFilter(message -> String.valueOf(message.getLoggerName()).startsWith(own));
    }
  }
}
