package dev.halcyon.standalone;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file system of a few MiB that all processes of this user can write to. It lies in the mount
/// namespace of a process of its own and is gone with it.
final class SmallDisk implements AutoCloseable {
  private static final String MOUNT = "/mnt";

  private final Process holder;
  private final Path folder;
  private final Path ballast;

  private SmallDisk(Process holder) {
    this.holder = holder;
    this.folder = Path.of("/proc/" + holder.pid() + "/root" + MOUNT);
    this.ballast = folder.resolve("ballast");
  }

  /// Mounts one; without the means the calling test is skipped.
  static SmallDisk mount(int mebibytes) throws IOException, InterruptedException {
    assumeTrue(isPossible(), "needs Linux with mount namespaces for users");
    String script =
        "mount -t tmpfs -o size=%dm none %s && echo mounted && exec sleep infinity"
            .formatted(mebibytes, MOUNT);
    Process holder = new ProcessBuilder("unshare", "-rm", "sh", "-c", script).start();
    BufferedReader output = holder.inputReader(StandardCharsets.UTF_8);
    if (!"mounted".equals(output.readLine())) {
      throw new IllegalStateException("no file system was mounted");
    }
    return new SmallDisk(holder);
  }

  /// Whether the kernel lets this user mount one.
  static boolean isPossible() throws IOException, InterruptedException {
    try {
      return new ProcessBuilder("unshare", "-rm", "mount", "-t", "tmpfs", "none", MOUNT)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  Path folder() {
    return folder;
  }

  /// Takes all the room that is left.
  void fill() throws IOException {
    byte[] page = new byte[4096];
    try (OutputStream file = Files.newOutputStream(ballast)) {
      while (true) {
        file.write(page);
      }
    } catch (IOException e) {
      if (folder.toFile().getUsableSpace() > 0) {
        throw e;
      }
    }
  }

  /// Gives the room back.
  void empty() throws IOException {
    Files.delete(ballast);
  }

  @Override
  public void close() {
    holder.destroyForcibly().onExit().join();
  }
}
