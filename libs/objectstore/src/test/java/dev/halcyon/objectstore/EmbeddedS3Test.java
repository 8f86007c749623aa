package dev.halcyon.objectstore;

import dev.halcyon.objectstore.fixture.KeyAccess;
import java.net.URI;
import java.nio.file.Path;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The S3 backend against an S3 server in this JVM, which every test run has.
class EmbeddedS3Test extends S3FaultContract {
  @TempDir static Path folder;

  private static S3Proxy server;

  @BeforeAll
  static void start() throws Exception {
    server =
        S3Proxy.builder()
            .blobStore(new FilesystemNio2BlobStore(folder.toString()))
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V4, "embedded-key", "embedded-secret")
            .build();
    server.start();
  }

  @AfterAll
  static void stop() throws Exception {
    server.stop();
  }

  @Override
  S3Access server() {
    return KeyAccess.of(
        URI.create("http://127.0.0.1:" + server.getPort()),
        "us-east-1",
        "embedded-key",
        "embedded-secret");
  }

  @Override
  @Test
  @Disabled("this server fails where a folder of the key is an object")
  void deletingInsideAnObjectDoesNothing() {}
}
