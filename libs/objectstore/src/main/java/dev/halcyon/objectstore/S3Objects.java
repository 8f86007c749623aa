package dev.halcyon.objectstore;

import dev.halcyon.objectstore.ObjectStore.ObjectInfo;
import io.minio.GetObjectArgs;
import io.minio.GetObjectResponse;
import io.minio.HeadBucketArgs;
import io.minio.HeadObjectArgs;
import io.minio.HeadObjectResponse;
import io.minio.Http;
import io.minio.ListObjectsV2Args;
import io.minio.PutObjectAPIArgs;
import io.minio.RemoveObjectArgs;
import io.minio.messages.Item;
import io.minio.messages.ListBucketResultV2;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// The requests that concern one whole object, or a page of a listing.
final class S3Objects {
  /// Written with each object, so that a put whose answer was lost can be recognized.
  static final String PUT_ID = "halcyon-put";

  private static final String METADATA = "x-amz-meta-";
  private static final int PAGE = 1000;

  private final S3Bucket bucket;
  private volatile boolean bucketSeen;

  S3Objects(S3Bucket bucket) {
    this.bucket = bucket;
  }

  static Http.Headers identified(String putId) {
    return new Http.Headers(METADATA + PUT_ID, putId);
  }

  void put(String key, S3Payload payload) throws IOException {
    PutObjectAPIArgs request = putRequest(key, payload, identified(newPutId()));
    bucket.exchange(key, client -> client.putObject(request));
  }

  /// Creates the object unless there is one; true where this call's content became the object
  boolean putIfAbsent(String key, S3Payload payload) throws IOException {
    String putId = newPutId();
    Http.Headers headers = identified(putId);
    headers.put("If-None-Match", "*");
    PutObjectAPIArgs request = putRequest(key, payload, headers);
    return bucket
        .retry()
        .call(attempt -> {
          try {
            bucket.exchangeOnce(key, client -> client.putObject(request));
            return true;
          } catch (StoreEnvironmentException e) {
            if (S3Errors.hasCode(e, S3Errors.PRECONDITION_FAILED)) {
              return attempt > 1 && wasPutAs(putId, key);
            }
            throw e;
          }
        });
  }

  static String newPutId() {
    return UUID.randomUUID().toString();
  }

  private PutObjectAPIArgs putRequest(String key, S3Payload payload, Http.Headers headers) {
    return bucket.at(key, payload.in(PutObjectAPIArgs.builder(), headers));
  }

  boolean wasPutAs(String putId, String key) throws IOException {
    return head(key)
        .map(found -> putId.equals(found.userMetadata().getFirst(PUT_ID)))
        .orElse(false);
  }

  Optional<HeadObjectResponse> head(String key) throws IOException {
    try {
      HeadObjectArgs request = bucket.at(key, HeadObjectArgs.builder());
      return Optional.of(bucket.exchange(key, client -> client.headObject(request)));
    } catch (NoSuchObjectException e) {
      requireBucket();
      return Optional.empty();
    }
  }

  /// The answer to the request for an object's head has no body to say that the bucket is missing.
  private void requireBucket() throws IOException {
    if (!bucketSeen) {
      checkBucket();
      bucketSeen = true;
    }
  }

  /// Asks the server for the bucket.
  void checkBucket() throws IOException {
    HeadBucketArgs request = HeadBucketArgs.builder().bucket(bucket.name()).build();
    bucket.exchange("*", client -> client.headBucket(request));
  }

  /// Begins to read a range that must not be empty.
  ///
  /// @param version the entity tag that the object must still have, or null for any
  GetObjectResponse get(String key, ByteRange range, String version) throws IOException {
    GetObjectArgs.Builder request =
        GetObjectArgs.builder().offset(range.offset()).length(range.length());
    if (version != null) {
      request.matchETag(version);
    }
    GetObjectArgs arguments = bucket.at(key, request);
    return bucket.exchange(key, client -> client.getObject(arguments));
  }

  void delete(String key) throws IOException {
    RemoveObjectArgs request = bucket.at(key, RemoveObjectArgs.builder());
    bucket.exchange(key, client -> client.removeObject(request));
  }

  List<ObjectInfo> list(String prefix) throws IOException {
    List<ObjectInfo> found = new ArrayList<>();
    String token = null;
    do {
      ListBucketResultV2 page = page(prefix, token);
      for (Item item : page.contents()) {
        String key = bucket.keyOf(item.objectName());
        if (ObjectKeys.isKey(key)) {
          found.add(new ObjectInfo(key, item.size(), item.lastModified().toInstant()));
        }
      }
      token = page.isTruncated() ? page.nextContinuationToken() : null;
    } while (token != null);
    return found;
  }

  private ListBucketResultV2 page(String prefix, String token) throws IOException {
    ListObjectsV2Args request =
        ListObjectsV2Args.builder()
            .bucket(bucket.name())
            .prefix(bucket.objectName(prefix))
            .maxKeys(PAGE)
            .continuationToken(token)
            .build();
    return bucket.exchange(prefix + "*", client -> client.listObjectsV2(request)).result();
  }
}
