package dev.halcyon.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.halcyon.objectstore.fixture.KeyAccess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectStoresTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "AWS_ENDPOINT_URL", "http://localhost:9000",
          "AWS_REGION", "us-east-1",
          "AWS_ACCESS_KEY_ID", "key",
          "AWS_SECRET_ACCESS_KEY", "secret");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"file://%s", "%s", "%s/", "file:%s"})
  void opensAFolder(String location) throws IOException {
    try (ObjectStore store = ObjectStores.open(location.formatted(folder), Map.of())) {
      store.put("a", new byte[] {1});
    }
    assertThat(folder.resolve("a")).hasBinaryContent(new byte[] {1});
  }

  @Test
  void takesARelativePathForAFolder() {
    try (ObjectStore store = ObjectStores.open("some/dir", Map.of())) {
      assertThat(store).hasToString(Path.of("some/dir").toUri().toString());
    }
  }

  @Test
  void opensAnEmptyMemoryStoreEachTime() throws IOException {
    try (ObjectStore one = ObjectStores.open("memory:", Map.of());
        ObjectStore other = ObjectStores.open("memory:", Map.of())) {
      one.put("a", new byte[1]);
      assertThat(other.list("")).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "s3://some-bucket, s3://some-bucket",
    "s3://some-bucket/, s3://some-bucket",
    "s3://some-bucket/a/b, s3://some-bucket/a/b",
    "s3://some-bucket/a/b/, s3://some-bucket/a/b",
  })
  void opensABucket(String location, String shown) {
    try (ObjectStore store = ObjectStores.open(location, ENVIRONMENT)) {
      assertThat(store).hasToString(shown + " at http://localhost:9000");
    }
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " ", "http://host/x", "hf:org/name", "s3:/x", "s3://", "gs://b"})
  void saysWhatALocationMayBe(String location) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ObjectStores.open(location, ENVIRONMENT))
        .withMessageContaining("use a folder, file:///folder, s3://bucket[/folder] or memory:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"file://host/dir", "file:///a#b", "file:///a b"})
  void refusesAFileLocationThatIsNoPath(String location) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ObjectStores.open(location, ENVIRONMENT))
        .withMessageContaining("'%s' is not a folder", location);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"s3://Bucket", "s3://ab", "s3://a_b_c", "s3://bucket/a//b", "s3://bucket/.."})
  void refusesABucketOrFolderThatCannotBe(String location) {
    assertThatIllegalArgumentException().isThrownBy(() -> ObjectStores.open(location, ENVIRONMENT));
  }

  @Test
  void readsS3AccessFromTheEnvironment() {
    Map<String, String> environment =
        Map.of(
            "AWS_ENDPOINT_URL", "http://minio:9000",
            "AWS_REGION", "eu-west-1",
            "AWS_ACCESS_KEY_ID", "key",
            "AWS_SECRET_ACCESS_KEY", "secret");
    assertThat(S3Access.fromEnvironment(environment))
        .isEqualTo(KeyAccess.of(URI.create("http://minio:9000"), "eu-west-1", "key", "secret"));
  }

  @Test
  void namesTheMissingVariable() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ObjectStores.open("s3://bucket", Map.of("AWS_ACCESS_KEY_ID", "key")))
        .withMessageContaining("AWS_SECRET_ACCESS_KEY");
  }

  @Test
  void readsASessionTokenFromTheEnvironment() {
    Map<String, String> environment =
        Map.of(
            "AWS_ACCESS_KEY_ID", "key",
            "AWS_SECRET_ACCESS_KEY", "secret",
            "AWS_SESSION_TOKEN", "token");
    assertThat(S3Credentials.fromEnvironment(environment))
        .isEqualTo(new S3Credentials.Keys("key", "secret", Optional.of("token")));
  }

  @Test
  void aWebIdentityComesBeforeTheSharedFileAndThatBeforeTheMachinesRole() throws IOException {
    Path file = folder.resolve("credentials");
    Map<String, String> shared = Map.of("AWS_SHARED_CREDENTIALS_FILE", file.toString());
    assertThat(S3Credentials.fromEnvironment(shared))
        .isEqualTo(new S3Credentials.Role(Optional.empty()));

    Files.writeString(file, "[default]");
    assertThat(S3Credentials.fromEnvironment(shared))
        .isEqualTo(new S3Credentials.SharedFile(file, "default"));

    Map<String, String> web = new HashMap<>(shared);
    web.put("AWS_WEB_IDENTITY_TOKEN_FILE", "/token");
    assertThat(S3Credentials.fromEnvironment(web))
        .isEqualTo(new S3Credentials.Role(Optional.empty()));
  }

  @Test
  void saysWhatCredentialsMayBeWhereThereAreNone() {
    Map<String, String> none =
        Map.of(
            "AWS_SHARED_CREDENTIALS_FILE",
            folder.resolve("none").toString(),
            "AWS_EC2_METADATA_DISABLED",
            "true");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> S3Credentials.fromEnvironment(none))
        .withMessageContaining("AWS_ACCESS_KEY_ID")
        .withMessageContaining(folder.resolve("none").toString());
  }

  @Test
  void nothingShowsTheSecret() {
    S3Access access =
        KeyAccess.of(URI.create("http://localhost:9000"), "us-east-1", "key", "hush-hush");
    S3Settings settings = new S3Settings(access, "bucket", "");
    try (ObjectStore store = new S3ObjectStore(settings)) {
      assertThat(access + " " + settings + " " + store).doesNotContain("hush").contains("bucket");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "minio:9000",
        "ftp://host",
        "http:///x",
        "http://key:secret@host",
        "http://host/path",
        "http://host?x=y",
        "http://host#x"
      })
  void refusesAnEndpointThatIsNoServer(String endpoint) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyAccess.of(URI.create(endpoint), "us-east-1", "key", "secret"))
        .withMessageContaining("the S3 endpoint must be http:// or https://")
        .withMessageNotContaining("secret");
  }

  @Test
  void refusesPartsThatS3DoesNotTake() {
    S3Access access = S3Access.fromEnvironment(ENVIRONMENT);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new S3Settings(access, "bucket", "", 1 << 20, 4))
        .withMessageContaining("1048576");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new S3Settings(access, "bucket", "", 5 << 20, 0));
  }
}
