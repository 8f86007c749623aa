package dev.halcyon.objectstore;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import okhttp3.OkHttpClient;

/// Objects in a folder of a bucket on a server with the S3 API: MinIO, Amazon's and others that
/// have conditional puts (`If-None-Match: *`).
///
/// A request that the server does not answer is repeated for about three seconds before it is a
/// [StoreUnavailableException]. What a killed process has uploaded of an unfinished object is
/// invisible and stays until the server drops it: MinIO does so by itself after a day, Amazon's S3
/// by a lifecycle rule.
public final class S3ObjectStore implements ObjectStore {
  private final S3Settings settings;
  private final OkHttpClient http;
  private final S3Bucket bucket;
  private final S3Objects objects;
  private final ExecutorService threads;
  private final Semaphore partsInMemory;

  /// Connects to nothing yet.
  public S3ObjectStore(S3Settings settings) {
    this(settings, Retry.STANDARD);
  }

  S3ObjectStore(S3Settings settings, Retry retry) {
    this.settings = settings;
    this.http = S3Clients.http(settings.access(), settings.parallelism());
    this.bucket =
        new S3Bucket(
            S3Clients.client(settings.access(), http), settings, new S3Errors(this), retry);
    this.objects = new S3Objects(bucket);
    this.threads =
        Executors.newFixedThreadPool(
            settings.parallelism(), Thread.ofPlatform().daemon().name("s3-part-", 0).factory());
    this.partsInMemory = new Semaphore(2 * settings.parallelism(), true);
  }

  @Override
  public void put(String key, byte[] content) throws IOException {
    requireUsable(key);
    if (content.length <= settings.partSize()) {
      objects.put(key, new S3Payload(content, content.length));
    } else {
      put(key, new ByteArrayInputStream(content), OptionalLong.of(content.length));
    }
  }

  @Override
  public void put(String key, InputStream content, OptionalLong length) throws IOException {
    requireUsable(key);
    InputStream checked = new ContentInputStream(content, length, this, key);
    try {
      new S3Upload(bucket, objects, threads, partsInMemory, settings.partSize(), key, length)
          .run(checked);
    } catch (ContentInputStream.SourceException e) {
      throw e.thrown();
    }
  }

  @Override
  public boolean putIfAbsent(String key, byte[] content) throws IOException {
    requireUsable(key);
    return objects.putIfAbsent(key, new S3Payload(content, content.length));
  }

  @Override
  public Optional<ObjectInfo> find(String key) throws IOException {
    requireUsable(key);
    return objects
        .head(key)
        .map(found -> new ObjectInfo(key, found.size(), found.lastModified().toInstant()));
  }

  @Override
  public byte[] get(String key) throws IOException {
    requireUsable(key);
    return download(key).readAll();
  }

  @Override
  public InputStream open(String key, long offset, long length) throws IOException {
    requireUsable(key);
    return download(key).stream(new ByteRange(offset, length));
  }

  @Override
  public void read(String key, long offset, MemorySegment target) throws IOException {
    requireUsable(key);
    download(key).read(new ByteRange(offset, target.byteSize()), target);
  }

  private S3Download download(String key) {
    return new S3Download(new S3Reader(bucket, objects, key), threads, settings);
  }

  @Override
  public List<ObjectInfo> list(String prefix) throws IOException {
    ObjectKeys.requirePrefix(prefix);
    bucket.requireOpen();
    return objects.list(prefix).stream().sorted(Comparator.comparing(ObjectInfo::key)).toList();
  }

  @Override
  public void delete(String key) throws IOException {
    requireUsable(key);
    objects.delete(key);
  }

  @Override
  public void check() throws IOException {
    bucket.requireOpen();
    objects.checkBucket();
  }

  @Override
  public void close() {
    bucket.close();
    threads.shutdown();
    S3Clients.close(http);
  }

  @Override
  public String toString() {
    String folder = settings.folder().isEmpty() ? "" : "/" + settings.folder();
    return "s3://%s%s at %s".formatted(settings.bucket(), folder, settings.access().endpoint());
  }

  private void requireUsable(String key) {
    ObjectKeys.requireKey(key);
    bucket.requireOpen();
  }
}
