package dev.halcyon.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.request.CompareRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Records an AOT cache of each service: the classes that it loads from its start to the end of one
/// small job. A service that starts with its cache is up in a third of the time.
///
/// A cache is of use to the JVM that recorded it, for jars of the same names, sizes and times below
/// any one folder.
final class AotCaches {
  /// What a service says once it is up.
  static final String STARTED = ") started in ";

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration LONGEST_START = Duration.ofMinutes(5);

  /// Assembling a cache is part of the end of its JVM.
  private static final Duration LONGEST_END = Duration.ofMinutes(5);

  /// Vectors are not in the cache: the module that they come from is loaded later.
  private static final List<String> SETTINGS =
      List.of(
          "-Dhalcyon.vector.bits=0",
          "-Dhalcyon.shutdown.close=" + LONGEST_END,
          "-Dhalcyon.topics.work-partitions=1",
          "-Dhalcyon.topics.job-partitions=1",
          "-Dhalcyon.topics.replication-factor=1",
          "-Dhalcyon.local-roots=/",
          "-Dhalcyon.fetcher.local-roots=/",
          "-Dquarkus.http.port=0");

  private AotCaches() {}

  /// Arguments: the folder of the bundled models, the folder that gets the caches, as
  /// `<service>.aot`, options of the JVM, `--`, and for each service its name and its
  /// `quarkus-run.jar`, as `fetcher=/app/quarkus-run.jar`.
  static void main(String... arguments) throws Exception {
    List<String> all = List.of(arguments);
    int end = all.indexOf("--");
    Map<String, Path> applications = new LinkedHashMap<>();
    for (String application : all.subList(end + 1, all.size())) {
      String[] parts = application.split("=", 2);
      applications.put(parts[0], Path.of(parts[1]));
    }
    record(all.subList(2, end), applications, Path.of(all.get(0)), Path.of(all.get(1)));
  }

  /// Runs a job on a broker and services of its own; returns when all caches are there.
  ///
  /// @param options of the services' JVMs
  /// @param applications the jar of each service
  /// @param models the bundled models
  /// @param caches the folder that gets `<service>.aot`
  static void record(List<String> options, Map<String, Path> applications, Path models, Path caches)
      throws IOException, InterruptedException {
    Files.createDirectories(caches);
    List<Recording> recordings = new ArrayList<>();
    try (LockedFolder work = LockedFolder.in(caches);
        EmbeddedBroker broker =
            EmbeddedBroker.start(work.path().resolve("broker"), EmbeddedBroker.Address.free(0))) {
      try {
        for (Map.Entry<String, Path> application : applications.entrySet()) {
          recordings.add(
              Recording.start(
                  application.getKey(),
                  command(options, broker, work.path(), application.getValue()),
                  work.path()));
        }
        for (Recording recording : recordings) {
          recording.awaitStart();
        }
        JobOutcome outcome =
            new JobClient(broker.bootstrapServers()).run(request(models, work.path()), _ -> {});
        if (!(outcome instanceof JobOutcome.Ready)) {
          throw new IllegalStateException("the job failed: " + outcome);
        }
        recordings.forEach(recording -> recording.process().destroy());
        for (Recording recording : recordings) {
          recording.awaitCache(caches);
        }
      } finally {
        recordings.forEach(recording -> recording.process().destroyForcibly());
      }
    }
  }

  private static List<String> command(
      List<String> options, EmbeddedBroker broker, Path work, Path application) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(SETTINGS);
    command.add("-Dkafka.bootstrap.servers=" + broker.bootstrapServers());
    command.add("-Dhalcyon.store.uri=" + work.resolve("store").toUri());
    command.add("-Dhalcyon.aggregator.state-directory=" + work.resolve("streams"));
    command.add("-Djava.io.tmpdir=" + work);
    command.add("-jar");
    command.add(application.toString());
    return command;
  }

  private static CompareRequest request(Path models, Path work) throws IOException {
    Path texts = work.resolve("texts.txt");
    Files.writeString(texts, "def area(width, height):\n    return width * height\n".repeat(8));
    byte[] request =
        """
        {"base": "%s", "fine_tunes": ["%s"], "analyses": ["similarity", "fisher"],
         "fisher": {"models": ["base"], "calibration": "%s", "samples": 1}}
        """
            .formatted(models.resolve("base"), models.resolve("python"), texts)
            .getBytes(UTF_8);
    return Json.read(request, CompareRequest.class);
  }

  /// A service that runs for its cache.
  ///
  /// @param cache that its JVM writes when it ends
  private record Recording(String service, Process process, Path cache, Path log) {
    static Recording start(String service, List<String> command, Path work) throws IOException {
      Path cache = work.resolve(service + ".aot");
      Path log = work.resolve(service + ".log");
      List<String> recording = new ArrayList<>(command);
      recording.add(1, "-XX:AOTCacheOutput=" + cache);
      Process process =
          new ProcessBuilder(recording)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      return new Recording(service, process, cache, log);
    }

    void awaitStart() throws IOException, InterruptedException {
      long latest = System.nanoTime() + LONGEST_START.toNanos();
      while (!Files.readString(log).contains(STARTED)) {
        if (!process.isAlive() || System.nanoTime() > latest) {
          throw new IllegalStateException(service + " did not start: " + Files.readString(log));
        }
        Thread.sleep(POLL);
      }
    }

    void awaitCache(Path caches) throws IOException, InterruptedException {
      if (!process.waitFor(LONGEST_END.toSeconds(), TimeUnit.SECONDS) || !Files.exists(cache)) {
        throw new IllegalStateException(service + " left no cache: " + Files.readString(log));
      }
      Files.move(cache, caches.resolve(service + ".aot"), StandardCopyOption.ATOMIC_MOVE);
    }
  }
}
