package dev.halcyon.objectstore;

import io.minio.errors.ErrorResponseException;
import io.minio.errors.InvalidResponseException;
import io.minio.errors.MinioException;
import java.io.IOException;
import java.security.ProviderException;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLException;

/// Sorts an S3 server's failures by who must act.
///
/// @param store named in each message
record S3Errors(Object store) {
  static final String ACCESS_DENIED = "AccessDenied";
  static final String PRECONDITION_FAILED = "PreconditionFailed";
  static final String INVALID_RANGE = "InvalidRange";
  static final String NO_SUCH_UPLOAD = "NoSuchUpload";

  /// What the Versity gateway says of a put while a delete removes the key's empty folder. Halcyon
  /// puts no object where a folder of objects is.
  private static final String EXISTING_OBJECT_IS_DIRECTORY = "ExistingObjectIsDirectory";

  /// Besides the statuses of [TransientStatusException]: conflicts of simultaneous writers, an
  /// upload that expired, and bytes that were damaged on their way.
  private static final Set<String> TRANSIENT =
      Set.of(
          "OperationAborted",
          "ConditionalRequestConflict",
          EXISTING_OBJECT_IS_DIRECTORY,
          NO_SUCH_UPLOAD,
          "RequestTimeout",
          "SlowDown",
          "IncompleteBody",
          "BadDigest",
          "XAmzContentChecksumMismatch",
          "XAmzContentSHA256Mismatch");

  /// What a failed exchange about `key` means for the caller.
  IOException translated(String key, Throwable failure) {
    return switch (failure) {
      case ObjectStoreException e -> e;
      case CompletionException e when e.getCause() != null -> translated(key, e.getCause());
      case ExecutionException e when e.getCause() != null -> translated(key, e.getCause());
      case ErrorResponseException e -> ofCode(key, e);
      case InvalidResponseException e ->
          environment(key, "the answer is not S3's, is the endpoint right? " + e.getMessage(), e);
      case MinioException e when e.getCause() instanceof IOException cause ->
          translated(key, cause);
      case MinioException e -> environment(key, String.valueOf(e.getMessage()), e);
      case SSLException e -> environment(key, "no secure connection: " + e.getMessage(), e);
      case IOException e -> unavailable(key, e);
      case ProviderException e -> withoutCredentials(key, e);
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failure);
    };
  }

  private IOException withoutCredentials(String key, ProviderException failure) {
    return failure.getCause() instanceof IOException cause
        ? new StoreUnavailableException(message(key, "no credentials: " + cause), failure)
        : environment(key, "no credentials: " + failure.getMessage(), failure);
  }

  static boolean hasCode(IOException translated, String code) {
    return translated.getCause() instanceof ErrorResponseException e
        && code.equals(e.errorResponse().code());
  }

  private IOException ofCode(String key, ErrorResponseException failure) {
    String code = String.valueOf(failure.errorResponse().code());
    String said = "%s: %s".formatted(code, failure.errorResponse().message());
    if (TRANSIENT.contains(code)) {
      return new StoreUnavailableException(message(key, said), failure);
    }
    return switch (code) {
      case "NoSuchKey" -> new NoSuchObjectException(store, key);
      case "NoSuchBucket" ->
          environment(key, said + ": create the bucket, or correct its name", failure);
      case ACCESS_DENIED, "AllAccessDisabled" ->
          environment(key, said + ": the access key may not do this", failure);
      case "InvalidAccessKeyId", "SignatureDoesNotMatch" ->
          environment(key, said + ": check the access key and the secret key", failure);
      case "AuthorizationHeaderMalformed", "PermanentRedirect", "Redirect", "TemporaryRedirect" ->
          environment(key, said + ": check the endpoint and the region", failure);
      case "RequestTimeTooSkewed" -> environment(key, said + ": set this machine's clock", failure);
      case "XMinioStorageFull", "QuotaExceeded", "XMinioAdminBucketQuotaExceeded" ->
          environment(key, said + ": free space in the store", failure);
      default -> environment(key, said, failure);
    };
  }

  StoreUnavailableException unavailable(String key, IOException failure) {
    return new StoreUnavailableException(
        message(key, "%s: %s".formatted(failure.getClass().getSimpleName(), failure.getMessage())),
        failure);
  }

  private StoreEnvironmentException environment(String key, String problem, Exception cause) {
    return new StoreEnvironmentException(message(key, problem), cause);
  }

  private String message(String key, String problem) {
    return "[%s] object %s: %s".formatted(store, key, problem);
  }
}
