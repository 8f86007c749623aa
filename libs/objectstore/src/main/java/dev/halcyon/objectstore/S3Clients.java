package dev.halcyon.objectstore;

import dev.halcyon.objectstore.S3Credentials.Keys;
import dev.halcyon.objectstore.S3Credentials.Role;
import dev.halcyon.objectstore.S3Credentials.SharedFile;
import io.minio.MinioAsyncClient;
import io.minio.credentials.AwsConfigProvider;
import io.minio.credentials.IamAwsProvider;
import io.minio.credentials.Provider;
import io.minio.credentials.StaticProvider;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;

/// Makes the clients of one store.
final class S3Clients {
  private static final int MOST_REQUESTS = 256;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration SILENCE_TIMEOUT = Duration.ofSeconds(60);

  private S3Clients() {}

  static MinioAsyncClient client(S3Access access, OkHttpClient http) {
    return MinioAsyncClient.builder()
        .endpoint(access.endpoint().toString())
        .region(access.region())
        .credentialsProvider(provider(access.credentials()))
        .httpClient(http)
        .build();
  }

  private static Provider provider(S3Credentials credentials) {
    return switch (credentials) {
      case Keys keys ->
          new StaticProvider(keys.accessKey(), keys.secretKey(), keys.sessionToken().orElse(null));
      case SharedFile shared -> new AwsConfigProvider(shared.file().toString(), shared.profile());
      case Role role -> new IamAwsProvider(role.endpoint().map(URI::toString).orElse(null), null);
    };
  }

  /// Retries are ours alone: a request repeated behind our back could turn this process's own
  /// conditional put into a refusal. Redirects are refused, so that credentials and data go nowhere
  /// but to the endpoint.
  static OkHttpClient http(S3Access access, int parallelism) {
    Dispatcher dispatcher =
        new Dispatcher(
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("s3-", 0).factory()));
    dispatcher.setMaxRequests(MOST_REQUESTS);
    dispatcher.setMaxRequestsPerHost(MOST_REQUESTS);
    return new OkHttpClient.Builder()
        .dispatcher(dispatcher)
        .connectionPool(new ConnectionPool(2 * parallelism, 1, TimeUnit.MINUTES))
        .connectionSpecs(List.of(encryption(access)))
        .connectTimeout(CONNECT_TIMEOUT)
        .readTimeout(SILENCE_TIMEOUT)
        .writeTimeout(SILENCE_TIMEOUT)
        .retryOnConnectionFailure(false)
        .followRedirects(false)
        .followSslRedirects(false)
        .addInterceptor(TransientStatusException::throwIfTransient)
        .build();
  }

  /// A client that never encrypts need not load the certificates, which takes half a second.
  private static ConnectionSpec encryption(S3Access access) {
    return access.endpoint().getScheme().equals("https")
        ? ConnectionSpec.MODERN_TLS
        : ConnectionSpec.CLEARTEXT;
  }

  static void close(OkHttpClient http) {
    http.dispatcher().cancelAll();
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }
}
