package dev.halcyon.bench;

import dev.halcyon.hub.HubClient;
import dev.halcyon.hub.HubConfig;
import dev.halcyon.hub.TransferSettings;
import dev.halcyon.hub.repository.HubFile;
import dev.halcyon.hub.repository.RepositoryId;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// What the Hub client brings of one file, streamed as the fetcher does, for several numbers of
/// connections, beside what loopback carries without any limit; and the most memory that was
/// resident meanwhile.
///
/// `HubRates ENDPOINT UNLIMITED MODEL FILE MEGABYTES CONNECTIONS…`: a Hub with limits and the same
/// one without any, a file there, and how much of it each connection brings.
/// `tools/bench/hub_rates.py` runs it.
public final class HubRates {
  private static final int CHUNK = TransferSettings.DEFAULT.chunkBytes();
  private static final double BUFFERS_PER_CONNECTION =
      (double) TransferSettings.DEFAULT.buffers() / TransferSettings.DEFAULT.connections();
  private static final int HEAP_READ = 1 << 18;
  private static final int WARM_CONNECTIONS = 4;
  private static final long WARM_BYTES = 512_000_000;

  private final URI endpoint;
  private final String model;
  private final String path;

  private HubRates(String endpoint, String model, String path) {
    this.endpoint = URI.create(endpoint);
    this.model = model;
    this.path = path;
  }

  /// Prints a line for each number of connections.
  public static void main(String[] arguments) throws Exception {
    HubRates limited = new HubRates(arguments[0], arguments[2], arguments[3]);
    HubRates unlimited = new HubRates(arguments[1], arguments[2], arguments[3]);
    long share = Long.parseLong(arguments[4]) * 1_000_000;
    unlimited.stream(WARM_CONNECTIONS, WARM_BYTES);
    LoopbackRate loopback =
        LoopbackRate.of(
            URI.create(
                "%s/%s/resolve/main/%s".formatted(arguments[1], arguments[2], arguments[3])));
    for (int connections : Stream.of(arguments).skip(5).mapToInt(Integer::parseInt).toArray()) {
      long bytes = connections * share;
      double ceiling = loopback.seconds(connections, bytes);
      resetPeak();
      double seconds = limited.stream(connections, bytes);
      System.out.printf(
          Locale.ROOT,
          "connections %d bytes %d loopback %.1f halcyon %.1f resident %.0f%n",
          connections,
          bytes,
          bytes / ceiling / 1e6,
          bytes / seconds / 1e6,
          peak() / 1e6);
    }
  }

  /// Streams the file's beginning, or all of it where it is shorter, and returns the seconds that
  /// took. As in the fetcher the bytes go through a heap buffer of the store's upload.
  private double stream(int connections, long most) throws IOException {
    TransferSettings settings =
        TransferSettings.DEFAULT.withConnections(
            connections, CHUNK, (int) Math.ceil(BUFFERS_PER_CONNECTION * connections));
    HubConfig config =
        new HubConfig(endpoint, endpoint, Optional.empty(), Path.of("no-cache"), false);
    try (HubClient client = HubClient.builder(config).settings(settings).build()) {
      HubFile file = client.resolve(RepositoryId.model(model), "main").file(path);
      MemorySegment buffer = MemorySegment.ofArray(new byte[HEAP_READ]);
      long start = System.nanoTime();
      client.stream(file, 0, Math.min(most, file.size()), (_, chunk) -> read(chunk, buffer));
      return (System.nanoTime() - start) / 1e9;
    }
  }

  private static void read(MemorySegment chunk, MemorySegment buffer) {
    for (long at = 0; at < chunk.byteSize(); at += buffer.byteSize()) {
      long count = Math.min(buffer.byteSize(), chunk.byteSize() - at);
      MemorySegment.copy(chunk, at, buffer, 0, count);
    }
  }

  /// Linux keeps the most that was resident since the process began, or since this.
  private static void resetPeak() throws IOException {
    Files.writeString(Path.of("/proc/self/clear_refs"), "5");
  }

  private static long peak() throws IOException {
    List<String> status = Files.readAllLines(Path.of("/proc/self/status"));
    return status.stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst()
        .orElseThrow();
  }
}
