package dev.halcyon.objectstore;

import static dev.halcyon.objectstore.TestContent.content;
import static dev.halcyon.objectstore.TestContent.slowStream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.halcyon.objectstore.fixture.KeyAccess;
import io.minio.ListMultipartUploadsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioAsyncClient;
import io.minio.PutObjectArgs;
import io.minio.messages.ListMultipartUploadsResult;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.ConnectionSpec;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the S3 backend promises on every server; each test has a bucket of its own.
abstract class S3Contract extends ObjectStoreContract {
  static final Retry IMPATIENT = new Retry(2, Duration.ofMillis(1));

  private static final OkHttpClient HTTP =
      new OkHttpClient.Builder().connectionSpecs(List.of(ConnectionSpec.CLEARTEXT)).build();

  private final String bucket = "test-" + UUID.randomUUID();
  private MinioAsyncClient client;

  abstract S3Access server();

  @Override
  ObjectStore open() throws Exception {
    if (client == null) {
      client = S3Clients.client(server(), HTTP);
      client.makeBucket(MakeBucketArgs.builder().bucket(bucket).build()).get();
    }
    return new S3ObjectStore(settings(server(), "some/folder"));
  }

  final S3Settings settings(S3Access access, String folder) {
    return new S3Settings(access, bucket, folder, partSize(), 4);
  }

  @Override
  int partSize() {
    return S3Settings.SMALLEST_PART;
  }

  @Override
  List<String> leftovers() throws Exception {
    ListMultipartUploadsResult found =
        client
            .listMultipartUploads(ListMultipartUploadsArgs.builder().bucket(bucket).build())
            .get()
            .result();
    return found.uploads().stream().map(upload -> upload.objectName()).toList();
  }

  @Test
  void anUploadUnderWayIsSeenByNoReader() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    InputStream looking =
        new ByteArrayInputStream(content(3 * partSize(), 1)) {
          @Override
          public synchronized int read(byte[] target, int from, int count) {
            if (available() == partSize()) {
              looks.incrementAndGet();
              assertThatCode(
                      () -> {
                        assertThat(leftovers()).hasSize(1);
                        assertThat(store().find("a")).isEmpty();
                        assertThat(keys("")).isEmpty();
                      })
                  .doesNotThrowAnyException();
            }
            return super.read(target, from, count);
          }
        };
    store().put("a", looking, OptionalLong.empty());
    assertThat(looks.get()).isPositive();
    assertThat(store().get("a")).hasSize(3 * partSize());
  }

  @Test
  void storesInDifferentFoldersOfABucketDoNotMeet() throws Exception {
    try (ObjectStore other = new S3ObjectStore(settings(server(), "some/folder2"));
        ObjectStore whole = new S3ObjectStore(settings(server(), ""))) {
      store().put("a", content(10, 1));
      other.put("a", content(10, 2));
      assertThat(store().get("a")).isEqualTo(content(10, 1));
      assertThat(keys("")).containsExactly("a");
      assertThat(whole.list(""))
          .extracting(ObjectStore.ObjectInfo::key)
          .containsExactly("some/folder/a", "some/folder2/a");
    }
  }

  @Test
  void passesOverObjectsThatNoKeyNames() throws Exception {
    store().put("a", content(10, 1));
    client
        .putObject(
            PutObjectArgs.builder()
                .bucket(bucket)
                .object("some/folder/b c&<ä>%")
                .data(new byte[1], 1)
                .build())
        .get();
    assertThat(keys("")).containsExactly("a");
  }

  @Test
  void saysThatTheBucketIsMissing() {
    S3Settings settings = new S3Settings(server(), "no-such-bucket", "");
    try (ObjectStore missing = new S3ObjectStore(settings, IMPATIENT)) {
      List<Callable<?>> calls =
          List.of(
              () -> missing.find("a"),
              () -> missing.get("a"),
              () -> missing.open("a", 0, 1),
              () -> missing.open("a", 0, 0),
              () -> missing.list(""),
              () -> missing.putIfAbsent("a", content(1, 1)));
      for (Callable<?> call : calls) {
        assertThatExceptionOfType(StoreEnvironmentException.class)
            .isThrownBy(call::call)
            .withMessageContaining("no-such-bucket")
            .withMessageContaining("NoSuchBucket");
      }
    }
  }

  @Test
  void saysThatTheSecretIsWrongWithoutSayingIt() {
    S3Access wrong =
        KeyAccess.of(server().endpoint(), server().region(), accessKey(), "wrong-secret");
    try (ObjectStore refused = new S3ObjectStore(settings(wrong, ""), IMPATIENT)) {
      List<Callable<?>> calls =
          List.of(() -> refused.list(""), () -> refused.putIfAbsent("a", content(1, 1)));
      for (Callable<?> call : calls) {
        assertThatExceptionOfType(StoreEnvironmentException.class)
            .isThrownBy(call::call)
            .withMessageContaining("check the access key")
            .satisfies(e -> assertThat(stackTrace(e)).doesNotContain("wrong-secret"));
      }
    }
  }

  private static String stackTrace(Exception failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  @Test
  void aServerThatIsNotThereMayComeBack() {
    S3Access nobody = KeyAccess.of(URI.create("http://127.0.0.1:1"), "us-east-1", "key", "secret");
    try (ObjectStore store = new S3ObjectStore(settings(nobody, ""), IMPATIENT)) {
      assertThatExceptionOfType(StoreUnavailableException.class)
          .isThrownBy(() -> store.find("a"))
          .withMessageContaining("127.0.0.1:1");
      assertThatExceptionOfType(StoreUnavailableException.class)
          .isThrownBy(() -> store.put("a", slowStream(content(11 << 20, 1)), OptionalLong.empty()));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 11 << 20})
  void anInterruptEndsAPutAndLeavesNothing(int size) throws Exception {
    InputStream interrupting =
        new ByteArrayInputStream(content(size, 1)) {
          @Override
          public synchronized int read(byte[] target, int from, int count) {
            if (available() == 0) {
              Thread.currentThread().interrupt();
            }
            return super.read(target, from, count);
          }
        };
    assertThatExceptionOfType(InterruptedIOException.class)
        .isThrownBy(() -> store().put("a", interrupting, OptionalLong.empty()));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(leftovers()).isEmpty();
  }

  private String accessKey() {
    return ((S3Credentials.Keys) server().credentials()).accessKey();
  }
}
