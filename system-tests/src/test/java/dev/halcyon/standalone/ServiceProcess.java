package dev.halcyon.standalone;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A service in a JVM of its own, started as the documentation says.
final class ServiceProcess implements AutoCloseable {
  private static final Path ROOT = Path.of(System.getProperty("halcyon.root"));
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  /// Options of each JVM: it ends before the second compiler's work pays, and without that compiler
  /// each vector is an object.
  static final List<String> OPTIONS =
      List.of(
          "@" + ROOT.resolve("jvm.args"),
          "-Xmx256m",
          "-XX:TieredStopAtLevel=1",
          "-Dhalcyon.vector.bits=0");

  private static final Pattern LISTENING = Pattern.compile("Listening on: (http://\\S+?)[.,]?\\s");
  private static final int POLL_MILLIS = 100;
  private static final Duration LONGEST_END = Duration.ofMinutes(3);

  private final List<String> command;
  private final Map<String, String> environment;
  private final Path log;
  private Process process;

  private ServiceProcess(List<String> command, Map<String, String> environment, Path log) {
    this.command = command;
    this.environment = environment;
    this.log = log;
  }

  /// Starts `services/<name>`.
  static ServiceProcess start(String name, Map<String, String> settings, Path logs)
      throws IOException {
    return start(name, settings, Map.of(), logs);
  }

  /// Starts `services/<name>` with an environment of Hugging Face's variables that is all its own.
  static ServiceProcess start(
      String name, Map<String, String> settings, Map<String, String> environment, Path logs)
      throws IOException {
    ServiceProcess service =
        new ServiceProcess(service(name, settings), environment, logs.resolve(name + ".log"));
    service.start();
    return service;
  }

  private static List<String> service(String name, Map<String, String> settings)
      throws IOException {
    List<String> command =
        command(settings, "-jar", applicationOf(ROOT.resolve("services").resolve(name)));
    command.add(1, "-XX:AOTCache=" + ServiceCaches.of(name));
    command.add(2, "-XX:AOTMode=on"); // one that cannot be used is an error
    return command;
  }

  /// The command line of the `halcyon` command without broker and Quarkus, as the launcher has it.
  static List<String> halcyon(Map<String, String> settings) {
    return command(
        settings, "-cp", applicationOf(ROOT.resolve("standalone")), Halcyon.class.getName());
  }

  /// The command line of `halcyon serve`, without that word, as the launcher has it.
  static List<String> server(Map<String, String> settings) {
    return command(settings, "-jar", applicationOf(ROOT.resolve("standalone")));
  }

  private static List<String> command(Map<String, String> settings, String... application) {
    List<String> command = new ArrayList<>();
    command.add(JAVA);
    command.addAll(OPTIONS);
    settings.forEach((key, value) -> command.add("-D" + key + "=" + value));
    command.addAll(List.of(application));
    return command;
  }

  static String applicationOf(Path module) {
    return module.resolve("target/quarkus-app/quarkus-run.jar").toString();
  }

  private void start() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().keySet().removeIf(variable -> variable.startsWith("HF_"));
    builder.environment().putAll(environment);
    process = builder.start();
  }

  /// Waits until it says that it is up.
  void awaitStart() throws IOException, InterruptedException {
    while (!Files.readString(log).contains(AotCaches.STARTED)) {
      if (!process.isAlive()) {
        throw new IllegalStateException("ended at its start: " + Files.readString(log));
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  /// What it answers to a request.
  ///
  /// @param path as `/q/health/ready`
  HttpResponse<String> http(String path) throws IOException, InterruptedException {
    Matcher address = LISTENING.matcher(Files.readString(log));
    String base = "";
    while (address.find()) {
      base = address.group(1);
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create(base + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  /// Kills it with SIGKILL and starts it again.
  void killAndRestart() throws IOException, InterruptedException {
    process.destroyForcibly();
    process.waitFor();
    start();
  }

  /// Asks it to end, waits until it has, and starts it again.
  void stopAndRestart() throws IOException {
    close();
    start();
  }

  /// Sends it SIGTERM; returns how it ended.
  Ended terminate() throws InterruptedException {
    long sent = System.nanoTime();
    process.destroy();
    if (!process.waitFor(LONGEST_END.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException("still runs, see " + log);
    }
    return new Ended(process.exitValue(), Duration.ofNanos(System.nanoTime() - sent));
  }

  /// Kills it with SIGKILL.
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  String said() throws IOException {
    return Files.readString(log);
  }

  /// How a process ended.
  ///
  /// @param after time since it was told to
  record Ended(int status, Duration after) {}

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
