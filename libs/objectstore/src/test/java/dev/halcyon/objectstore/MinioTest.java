package dev.halcyon.objectstore;

import static dev.halcyon.objectstore.TestContent.content;
import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.objectstore.fixture.MinioServer;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The S3 backend against a real MinIO server.
class MinioTest extends S3FaultContract {
  @TempDir static Path folder;

  private static MinioServer server;

  @BeforeAll
  static void start() throws Exception {
    server = MinioServer.start(Files.createDirectory(folder.resolve("data")));
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  @Override
  S3Access server() {
    return server.access();
  }

  @Override
  List<String> leftovers() throws Exception {
    return server.unfinishedUploads();
  }

  @Test
  void aPutAndAStreamSurviveACrashOfTheServer() throws Exception {
    Retry patient = new Retry(10, Duration.ofMillis(100));
    byte[] content = content(4 * partSize() + 13, 1);
    InputStream crashing =
        new ByteArrayInputStream(content) {
          private boolean crashed;

          @Override
          public synchronized int read(byte[] target, int from, int count) {
            if (!crashed && pos > 2 * partSize()) {
              crashed = true;
              Assertions.assertThatCode(server::crashAndRestart).doesNotThrowAnyException();
            }
            return super.read(target, from, Math.min(count, 1 << 20));
          }
        };
    try (ObjectStore store = new S3ObjectStore(settings(server(), ""), patient)) {
      store.put("a", crashing, OptionalLong.empty());
      try (InputStream stream = store.open("a", 0, content.length)) {
        byte[] half = stream.readNBytes(content.length / 2);
        server.crashAndRestart();
        byte[] rest = stream.readAllBytes();
        assertThat(Arrays.equals(half, Arrays.copyOf(content, half.length))).isTrue();
        assertThat(Arrays.equals(rest, Arrays.copyOfRange(content, half.length, content.length)))
            .isTrue();
      }
    }
    assertThat(leftovers()).isEmpty();
  }
}
