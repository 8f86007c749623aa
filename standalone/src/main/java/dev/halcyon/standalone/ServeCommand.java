package dev.halcyon.standalone;

import dev.halcyon.services.common.BadInputException;
import dev.halcyon.services.common.EnvironmentException;
import dev.halcyon.services.common.Failures;
import io.quarkus.runtime.Quarkus;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `halcyon serve`.
@Command(
    name = "serve",
    description =
        "Runs a broker and all services on this machine, and takes compare requests from Kafka.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ServeCommand implements Callable<Integer> {
  static final int DEFAULT_HTTP_PORT = 8080;

  @Spec private CommandSpec spec;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "" + DEFAULT_HTTP_PORT,
      converter = PortConverter.class,
      description = "HTTP port of the job page, metrics and health (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--kafka-port",
      paramLabel = "N",
      defaultValue = "9092",
      converter = PortConverter.class,
      description = "Port of the broker (default: ${DEFAULT-VALUE}).")
  private int kafkaPort;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "halcyon-data",
      description =
          "Folder of the broker's log and of the object store (default: ${DEFAULT-VALUE}).")
  private Path data;

  @Option(
      names = "--models",
      paramLabel = "DIR",
      defaultValue = ".",
      description =
          "Folder below which requests can name models. Repeat the option for several (default: the"
              + " working folder).")
  private List<Path> models;

  @Option(
      names = "--threads",
      paramLabel = "N",
      converter = CountConverter.class,
      description = "Number of compute threads (default: all cores).")
  private Integer threads;

  @Override
  public Integer call() throws IOException {
    EmbeddedServices.prepareLogging();
    checkModels();
    Path folder = folder();
    try (FileChannel _ = lock(folder)) {
      Ports.free(port);
      EmbeddedServices services =
          EmbeddedServices.start(
              folder.resolve("broker"), kafkaPort, broker -> installation(broker, folder));
      return services.runUntil(() -> serve(services, folder));
    }
  }

  private void checkModels() {
    for (Path folder : models) {
      if (!Files.isDirectory(folder)) {
        throw new BadInputException("no such folder: " + folder);
      }
    }
  }

  private Path folder() {
    try {
      return Files.createDirectories(data.toAbsolutePath().normalize());
    } catch (IOException e) {
      throw new EnvironmentException(
          "cannot create the folder %s (--data): %s".formatted(data, Failures.of(e).message()), e);
    }
  }

  private Installation installation(String broker, Path folder) {
    return new Installation(
        broker,
        folder.resolve("store"),
        folder.resolve("streams"),
        emptied(folder.resolve("temporary")),
        roots(),
        threads == null ? OptionalInt.empty() : OptionalInt.of(threads),
        port);
  }

  /// Without what a JVM that was killed has left there.
  private static Path emptied(Path folder) {
    try {
      if (Files.exists(folder)) {
        LockedFolder.delete(folder);
      }
      return folder;
    } catch (IOException e) {
      throw new EnvironmentException(
          "cannot delete %s: %s".formatted(folder, Failures.of(e).message()), e);
    }
  }

  private String roots() {
    return models.stream()
        .map(path -> path.toAbsolutePath().normalize().toString().replace(",", "\\,"))
        .collect(Collectors.joining(","));
  }

  private int serve(EmbeddedServices services, Path folder) {
    String broker = services.installation().bootstrapServers();
    Console console = Console.of(spec.commandLine(), false);
    console.say("Halcyon " + Version.current() + " is ready.");
    console.say("  Kafka broker  " + broker);
    console.say("  job states    http://127.0.0.1:" + port + "/jobs");
    console.say("  metrics       http://127.0.0.1:" + port + "/q/metrics");
    console.say("  store         " + folder.resolve("store"));
    console.say("  models below  " + roots());
    console.say("Publish a compare request, one line of JSON:");
    console.say(
        "  kafka-console-producer.sh --bootstrap-server " + broker + " --topic compare-requests");
    Quarkus.waitForExit();
    return ExitCode.DONE.status();
  }

  private static FileChannel lock(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw inUse(folder);
    }
    channel.close();
    throw inUse(folder);
  }

  private static EnvironmentException inUse(Path folder) {
    return new EnvironmentException(
        folder + " is in use by another halcyon serve: stop it, or set another --data");
  }
}
