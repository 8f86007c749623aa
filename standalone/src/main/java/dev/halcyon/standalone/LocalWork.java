package dev.halcyon.standalone;

import java.io.IOException;

/// Work of a local command in this JVM: with a folder of its own that goes with the command,
/// whatever ends it, and results that are whole or absent.
final class LocalWork {
  private LocalWork() {}

  /// What is to be done.
  interface Work {
    ExitCode run(WorkFolder folder) throws IOException;
  }

  /// Returns the exit status.
  static int run(ResultFolder results, Console console, Work work) {
    LocalLog.begin();
    results.check();
    WorkFolder folder = WorkFolder.create();
    Ending.atOnceAfter(() -> cleanUp(results, folder, console));
    folder.requireRoom();
    try {
      return work.run(folder).status();
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      return Ending.hasBegun() ? ExitCode.INTERRUPTED.status() : Halcyon.report(e, console.err());
    }
  }

  private static void cleanUp(ResultFolder results, WorkFolder folder, Console console) {
    try {
      results.discard();
    } catch (IOException e) {
      console.err().println("halcyon: " + e.getMessage());
    }
    folder.close();
  }
}
