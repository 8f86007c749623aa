package dev.halcyon.objectstore;

import io.minio.AbortMultipartUploadArgs;
import io.minio.CompleteMultipartUploadArgs;
import io.minio.CreateMultipartUploadArgs;
import io.minio.Http;
import io.minio.UploadPartArgs;
import io.minio.messages.Part;
import java.io.IOException;
import java.util.List;

/// One multipart upload at the server: begun here, then completed or aborted.
final class S3Multipart {
  private final S3Bucket bucket;
  private final S3Objects objects;
  private final String key;
  private final String putId = S3Objects.newPutId();
  private final String uploadId;

  S3Multipart(S3Bucket bucket, S3Objects objects, String key) throws IOException {
    this.bucket = bucket;
    this.objects = objects;
    this.key = key;
    this.uploadId = begin();
  }

  private String begin() throws IOException {
    Http.Headers headers = S3Objects.identified(putId);
    headers.put("x-amz-checksum-algorithm", S3Payload.CHECKSUM);
    CreateMultipartUploadArgs request =
        bucket.at(key, CreateMultipartUploadArgs.builder().headers(headers));
    return bucket
        .exchange(key, client -> client.createMultipartUpload(request))
        .result()
        .uploadId();
  }

  /// Sends a part and returns its receipt; numbers begin at 1.
  Part upload(int number, S3Payload payload) throws IOException {
    UploadPartArgs request =
        bucket.at(
            key,
            payload
                .in(UploadPartArgs.builder(), new Http.Headers())
                .uploadId(uploadId)
                .partNumber(number));
    String tag = bucket.exchange(key, client -> client.uploadPart(request)).part().etag();
    return new Part(number, tag, null, payload.crc32c(), null, null, null);
  }

  /// Makes the parts, in the order of their numbers, the object.
  void complete(List<Part> parts) throws IOException {
    CompleteMultipartUploadArgs request =
        bucket.at(
            key,
            CompleteMultipartUploadArgs.builder()
                .uploadId(uploadId)
                .parts(parts.toArray(Part[]::new))
                .maxRetries(0));
    bucket
        .retry()
        .call(attempt -> {
          try {
            return bucket.exchangeOnce(key, client -> client.completeMultipartUpload(request));
          } catch (StoreUnavailableException e) {
            if (S3Errors.hasCode(e, S3Errors.NO_SUCH_UPLOAD)
                && attempt > 1
                && objects.wasPutAs(putId, key)) {
              return null;
            }
            throw e;
          }
        });
  }

  /// Removes the parts; works for an interrupted thread too.
  void abort() throws IOException {
    AbortMultipartUploadArgs request =
        bucket.at(key, AbortMultipartUploadArgs.builder().uploadId(uploadId));
    boolean interrupted = Thread.interrupted();
    try {
      bucket.exchange(key, client -> client.abortMultipartUpload(request));
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
