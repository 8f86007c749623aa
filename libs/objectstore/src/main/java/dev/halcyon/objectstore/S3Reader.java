package dev.halcyon.objectstore;

import io.minio.GetObjectResponse;
import io.minio.HeadObjectResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Headers;

/// Opens ranges of one object.
final class S3Reader {
  /// An answer that has begun to arrive.
  ///
  /// @param version the object's entity tag
  /// @param size of the whole object in bytes
  record Opened(InputStream body, String version, long size) {}

  /// The header that holds an object's entity tag.
  static final String VERSION = "ETag";

  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes \\d+-\\d+/(\\d{1,18})");

  private final S3Bucket bucket;
  private final S3Objects objects;
  private final String key;

  S3Reader(S3Bucket bucket, S3Objects objects, String key) {
    this.bucket = bucket;
    this.objects = objects;
    this.key = key;
  }

  S3Bucket bucket() {
    return bucket;
  }

  String key() {
    return key;
  }

  HeadObjectResponse head() throws IOException {
    return objects
        .head(key)
        .orElseThrow(() -> new NoSuchObjectException(bucket.errors().store(), key));
  }

  /// Asks for a range that is not empty.
  ///
  /// @param version the entity tag that the object must have, or null for any
  /// @throws ObjectReplacedException where it has another
  Opened open(ByteRange range, String version) throws IOException {
    GetObjectResponse answer = get(range, version);
    try {
      long size = sizeIn(answer.headers(), range);
      range.requireWithin(size, bucket.errors().store(), key);
      return new Opened(answer, Objects.requireNonNull(answer.headers().get(VERSION)), size);
    } catch (Throwable failure) {
      answer.close();
      throw failure;
    }
  }

  private GetObjectResponse get(ByteRange range, String version) throws IOException {
    try {
      return objects.get(key, range, version);
    } catch (StoreEnvironmentException e) {
      if (S3Errors.hasCode(e, S3Errors.INVALID_RANGE)) {
        range.requireWithin(head().size(), bucket.errors().store(), key);
      }
      if (S3Errors.hasCode(e, S3Errors.PRECONDITION_FAILED)
          || S3Errors.hasCode(e, S3Errors.INVALID_RANGE)) {
        throw new ObjectReplacedException(bucket.errors().store(), key, e);
      }
      throw e;
    }
  }

  /// A server may answer a range that is the whole object as if there were none.
  private long sizeIn(Headers headers, ByteRange range) throws StoreEnvironmentException {
    String contentRange = headers.get("Content-Range");
    if (contentRange == null && range.offset() == 0) {
      return Long.parseLong(Objects.requireNonNullElse(headers.get("Content-Length"), "0"));
    }
    Matcher matcher = CONTENT_RANGE.matcher(Objects.requireNonNullElse(contentRange, ""));
    if (!matcher.matches()) {
      throw new StoreEnvironmentException(
          "[%s] object %s: the server answered the request for a range with Content-Range '%s'"
              .formatted(bucket.errors().store(), key, contentRange),
          null);
    }
    return Long.parseLong(matcher.group(1));
  }
}
