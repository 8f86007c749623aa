package dev.halcyon.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A real MinIO server as a process of its own, built by `tools/minio/install.sh`.
final class MinioServer {
  private static final int LONGEST_START_SECONDS = 120;

  private static final String INSTALLER = "tools/minio/install.sh";

  private final Path binary;
  private final Path data;
  private final int port;
  private Process process;

  private MinioServer(Path binary, Path data, int port) {
    this.binary = binary;
    this.data = data;
    this.port = port;
  }

  /// Starts a server on an empty folder. Without the binary the calling test is skipped on a
  /// developer's machine and fails in CI.
  static MinioServer start(Path folder) throws Exception {
    Path binary = binary();
    boolean present = Files.isExecutable(binary);
    String missing = "no MinIO server at %s: run %s".formatted(binary, INSTALLER);
    if ("true".equals(System.getenv("CI"))) {
      assertThat(present).as(missing).isTrue();
    }
    if (!present) {
      System.err.println("SKIPPED the object store's tests against a real server: " + missing);
    }
    assumeTrue(present, missing);
    MinioServer server = new MinioServer(binary, folder, freePort());
    server.start();
    return server;
  }

  private static Path binary() throws IOException {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve(INSTALLER))) {
      root = root.getParent();
    }
    String version =
        Files.readAllLines(root.resolve(INSTALLER)).stream()
            .filter(line -> line.startsWith("version="))
            .map(line -> line.substring("version=".length()))
            .findFirst()
            .orElseThrow();
    Map<String, String> environment = System.getenv();
    String cache =
        environment.getOrDefault("XDG_CACHE_HOME", System.getProperty("user.home") + "/.cache");
    return Path.of(cache, "halcyon", "minio", version, "minio");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void start() throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            binary.toString(), "server", data.toString(), "--address", "127.0.0.1:" + port);
    builder
        .environment()
        .putAll(
            Map.of(
                "MINIO_ROOT_USER", "minio-key",
                "MINIO_ROOT_PASSWORD", "minio-secret",
                "MINIO_BROWSER", "off"));
    builder.redirectErrorStream(true);
    builder.redirectOutput(data.resolveSibling("minio.log").toFile());
    process = builder.start();
    awaitHealth();
  }

  private void awaitHealth() throws IOException, InterruptedException {
    for (int i = 0; i < LONGEST_START_SECONDS * 10; i++) {
      if (isHealthy()) {
        return;
      }
      assertThat(process.isAlive()).as(log()).isTrue();
      Thread.sleep(100);
    }
    throw new IllegalStateException("MinIO does not start: " + log());
  }

  private boolean isHealthy() {
    try {
      URI health = endpoint().resolve("/minio/health/live");
      HttpURLConnection connection = (HttpURLConnection) health.toURL().openConnection();
      return connection.getResponseCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private String log() throws IOException {
    return Files.readString(data.resolveSibling("minio.log"));
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  S3Access access() {
    return new S3Access(endpoint(), "us-east-1", "minio-key", "minio-secret");
  }

  /// Kills the server without warning and starts it on the same folder and port.
  void crashAndRestart() throws IOException, InterruptedException {
    kill();
    start();
  }

  private void kill() throws InterruptedException {
    process.destroyForcibly();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
  }

  /// The parts of unfinished uploads, which the server keeps apart from its buckets.
  List<String> unfinishedUploads() throws IOException {
    Path uploads = data.resolve(".minio.sys/multipart");
    if (!Files.isDirectory(uploads)) {
      return List.of();
    }
    try (var folders = Files.walk(uploads, 2)) {
      return folders
          .filter(folder -> uploads.relativize(folder).getNameCount() == 2)
          .map(Path::toString)
          .toList();
    }
  }

  void stop() throws InterruptedException {
    kill();
  }
}
