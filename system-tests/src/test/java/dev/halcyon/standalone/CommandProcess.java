package dev.halcyon.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The `halcyon` command in a JVM of its own, started as its launcher does.
final class CommandProcess implements AutoCloseable {
  private static final Path ROOT = Path.of(System.getProperty("halcyon.root"));
  private static final int POLL_MILLIS = 20;

  private final Process process;
  private final Path out;
  private final Path err;

  private CommandProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /// What a command left.
  ///
  /// @param status it ended with
  /// @param out standard output
  /// @param err standard error, without what the JVM says of its own accord
  record Ended(int status, String out, String err) {}

  /// Starts a command in a working folder, which also gets its temporary files.
  static CommandProcess start(Path folder, String... arguments) throws IOException {
    return start(folder, folder, arguments);
  }

  /// Starts a command.
  ///
  /// @param folder for temporary files and what it says
  /// @param workingFolder that relative paths are meant from
  static CommandProcess start(Path folder, Path workingFolder, String... arguments)
      throws IOException {
    return start(folder, workingFolder, Map.of(), command(folder, Map.of(), arguments));
  }

  /// Starts a command with an environment of Hugging Face's variables that is all its own.
  ///
  /// @param environment on top of what other variables there are
  /// @param properties of its JVM
  static CommandProcess start(
      Path folder,
      Map<String, String> environment,
      Map<String, String> properties,
      String... arguments)
      throws IOException {
    return start(folder, folder, environment, command(folder, properties, arguments));
  }

  /// Starts a command in a mount namespace of its own.
  ///
  /// @param script of a shell there, to which the command is its arguments
  static CommandProcess startIn(String script, Path folder, String... arguments)
      throws IOException {
    return startIn(script, folder, Map.of(), arguments);
  }

  /// Starts a command in a mount namespace and an environment of its own.
  static CommandProcess startIn(
      String script, Path folder, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("unshare", "-rm", "sh", "-c", script, "sh"));
    command.addAll(command(folder, Map.of(), arguments));
    return start(folder, folder, environment, command);
  }

  private static List<String> command(
      Path folder, Map<String, String> properties, String... arguments) throws IOException {
    Path temporary = Files.createDirectories(folder.resolve("tmp"));
    Map<String, String> settings = new HashMap<>(properties);
    settings.put("halcyon.home", ROOT.toString());
    settings.put("java.io.tmpdir", temporary.toString());
    List<String> command = new ArrayList<>(interruptible());
    boolean serves = arguments[0].equals("serve");
    command.addAll(serves ? ServiceProcess.server(settings) : ServiceProcess.halcyon(settings));
    command.addAll(List.of(arguments));
    return command;
  }

  private static CommandProcess start(
      Path folder, Path workingFolder, Map<String, String> environment, List<String> command)
      throws IOException {
    Path out = Files.createTempFile(folder, "command", ".out");
    Path err = Files.createTempFile(folder, "command", ".err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(workingFolder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().keySet().removeIf(variable -> variable.startsWith("HF_"));
    builder.environment().putAll(environment);
    return new CommandProcess(builder.start(), out, err);
  }

  /// A build that a script started in the background has SIGINT ignored, and its children inherit
  /// that unless they are told otherwise.
  private static List<String> interruptible() {
    return System.getProperty("os.name").equals("Linux")
        ? List.of("env", "--default-signal=INT")
        : List.of();
  }

  /// Runs a command to its end.
  static Ended run(Path folder, String... arguments) throws IOException, InterruptedException {
    try (CommandProcess command = start(folder, arguments)) {
      return command.await();
    }
  }

  /// Runs a command to its end, with an environment of Hugging Face's variables that is all its
  /// own.
  static Ended run(Path folder, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    try (CommandProcess command = start(folder, environment, Map.of(), arguments)) {
      return command.await();
    }
  }

  /// Waits until it has said something on either stream.
  void waitUntilItSays(String text) throws IOException, InterruptedException {
    while (!Files.readString(out).contains(text) && !Files.readString(err).contains(text)) {
      if (!process.isAlive()) {
        throw new AssertionError("it ended without \"%s\": %s".formatted(text, await()));
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  /// Sends a signal, `INT` or `TERM`.
  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor();
  }

  Ended await() throws IOException, InterruptedException {
    int status = process.waitFor();
    return new Ended(status, Files.readString(out), Files.readString(err).strip());
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
