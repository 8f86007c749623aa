package dev.halcyon.standalone;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.CompletableFuture;

/// The C library's `_exit`, which ends the process at once.
///
/// `Runtime.halt` waits 0.3 seconds for threads in native code, and those of broker and channels
/// always are: they wait for sockets. A JVM that has something to write when it ends, such as the
/// cache of loaded classes, must halt by itself: it is started with the property
/// `halcyon.exit.by-jvm`.
final class ProcessExit {
  private static final String BY_JVM = "halcyon.exit.by-jvm";
  private static final CompletableFuture<MethodHandle> EXIT = new CompletableFuture<>();

  private ProcessExit() {}

  /// Looks the function up, in the background, so that the end need not wait for that either.
  static void prepare() {
    Thread.ofPlatform()
        .daemon()
        .name("exit-preparation")
        .start(() -> {
          try {
            EXIT.complete(lookUp());
          } catch (RuntimeException | Error e) {
            EXIT.completeExceptionally(e);
          }
        });
  }

  /// Does not return.
  static void halt(int status) {
    if (!Boolean.getBoolean(BY_JVM)) {
      byLibrary(status);
    }
    Runtime.getRuntime().halt(status);
  }

  /// Returns where the function was not looked up, or cannot be called on this machine.
  private static void byLibrary(int status) {
    try {
      MethodHandle exit = EXIT.getNow(null);
      if (exit != null) {
        exit.invokeExact(status);
      }
    } catch (Throwable _) {
      // The JVM's own way is slower, and always there.
    }
  }

  @SuppressWarnings("restricted")
  private static MethodHandle lookUp() {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("_exit"),
        FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT));
  }
}
