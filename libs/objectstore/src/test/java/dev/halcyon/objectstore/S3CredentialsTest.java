package dev.halcyon.objectstore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import io.minio.MakeBucketArgs;
import io.minio.MinioAsyncClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Credentials from where they may come, on a server that checks signatures.
class S3CredentialsTest {
  private static final String KEY = "role-key";
  private static final String SECRET = "role-secret";
  private static final String EXPIRY = "2999-01-01T00:00:00Z";

  @TempDir private Path folder;
  private final Map<String, String> before = new HashMap<>();
  private S3Proxy server;
  private HttpServer identities;
  private final AtomicInteger asked = new AtomicInteger();

  @BeforeEach
  void start() throws Exception {
    server =
        S3Proxy.builder()
            .blobStore(
                new FilesystemNio2BlobStore(
                    Files.createDirectory(folder.resolve("blobs")).toString()))
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V4, KEY, SECRET)
            .ignoreUnknownHeaders(true) // the session token's
            .build();
    server.start();
    MinioAsyncClient client =
        MinioAsyncClient.builder()
            .endpoint(endpoint().toString())
            .region("us-east-1")
            .credentials(KEY, SECRET)
            .build();
    client.makeBucket(MakeBucketArgs.builder().bucket("bucket").build()).get();
    client.close();
  }

  @AfterEach
  void stop() throws Exception {
    before.forEach((name, value) -> {
      if (value == null) {
        System.clearProperty(name);
      } else {
        System.setProperty(name, value);
      }
    });
    if (identities != null) {
      identities.stop(0);
    }
    server.stop();
  }

  private URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getPort());
  }

  /// The client's providers read these as they read the environment.
  private void set(String name, String value) {
    before.put(name, System.setProperty(name, value));
  }

  private String answer(String path, String content) throws IOException {
    identities = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    identities.createContext(
        path,
        exchange -> {
          asked.incrementAndGet();
          byte[] body = content.getBytes(UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    identities.start();
    return "http://127.0.0.1:" + identities.getAddress().getPort() + path;
  }

  private void assertWorks(S3Credentials credentials) throws IOException {
    S3Access access = new S3Access(endpoint(), "us-east-1", credentials);
    try (ObjectStore store = new S3ObjectStore(new S3Settings(access, "bucket", ""))) {
      store.put("a", new byte[] {1, 2});
      assertThat(store.get("a")).containsExactly(1, 2);
    }
  }

  @Test
  void aProfileOfTheSharedFile() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("credentials"),
            """
            [default]
            aws_access_key_id = other
            aws_secret_access_key = other
            [work]
            aws_access_key_id = %s
            aws_secret_access_key = %s
            """
                .formatted(KEY, SECRET));

    assertWorks(new S3Credentials.SharedFile(file, "work"));
  }

  @Test
  void aProfileThatIsNotThereIsTheOperatorsAndNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("credentials"), "[default]\n");

    assertThatExceptionOfType(StoreEnvironmentException.class)
        .isThrownBy(() -> assertWorks(new S3Credentials.SharedFile(file, "work")))
        .withMessageContaining("no credentials")
        .withMessageContaining("work");
  }

  /// Asked for once, since they last.
  @Test
  void aContainersRole() throws IOException {
    set(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        answer(
            "/credentials",
            "{\"AccessKeyId\": \"%s\", \"SecretAccessKey\": \"%s\", \"Token\": \"t\", \"Expiration\": \"%s\"}"
                .formatted(KEY, SECRET, EXPIRY)));

    assertWorks(new S3Credentials.Role(Optional.empty()));
    assertThat(asked).hasValue(1);
  }

  @Test
  void aWebIdentitysRole() throws IOException {
    Path token = Files.writeString(folder.resolve("token"), "the-token");
    set("AWS_WEB_IDENTITY_TOKEN_FILE", token.toString());
    set("AWS_ROLE_ARN", "arn:aws:iam::1:role/halcyon");
    String sts =
        answer(
            "/",
            """
            <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
              <AssumeRoleWithWebIdentityResult>
                <Credentials>
                  <AccessKeyId>%s</AccessKeyId>
                  <SecretAccessKey>%s</SecretAccessKey>
                  <SessionToken>t</SessionToken>
                  <Expiration>%s</Expiration>
                </Credentials>
              </AssumeRoleWithWebIdentityResult>
            </AssumeRoleWithWebIdentityResponse>
            """
                .formatted(KEY, SECRET, EXPIRY));

    assertWorks(new S3Credentials.Role(Optional.of(URI.create(sts))));
  }
}
