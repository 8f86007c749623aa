package dev.halcyon.hub;

import static java.util.Objects.requireNonNull;

import dev.halcyon.hub.HubException.Reason;
import dev.halcyon.hub.repository.HubFile;
import dev.halcyon.hub.repository.RepositoryId;
import dev.halcyon.hub.repository.Revisions;
import dev.halcyon.hub.repository.Subject;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/// Reads repositories of the Hugging Face Hub, from the local cache where it has them.
///
/// All methods may be called from many threads; they share the client's connections and memory. An
/// interrupted call ends with an [java.io.InterruptedIOException] and the interrupt set. Every
/// failure of the Hub or the network is a [HubException].
public final class HubClient implements AutoCloseable {
  private static final int LARGEST_SINGLE_REQUEST = 4 << 20;

  private final HubConfig config;
  private final HubCache cache;
  private final HubHttp http;
  private final HubApi api;
  private final TransferParts parts;

  private HubClient(HubClient other, TransferParts parts) {
    this.config = other.config;
    this.cache = other.cache;
    this.http = other.http;
    this.api = other.api;
    this.parts = parts;
  }

  private HubClient(Builder builder) {
    this.config = builder.config;
    this.cache = new HubCache(config.cache());
    this.http =
        new HubHttp(config, builder.settings, builder.clock, builder.listener, builder.addresses);
    this.api = new HubApi(http, config.endpoint());
    FileUrls urls = new FileUrls(http, config.endpoint(), builder.listener);
    this.parts =
        new TransferParts(
            http,
            urls,
            new RangeReader(http, urls, builder.clock, builder.listener),
            new TransferBuffers(builder.settings.buffers(), builder.settings.chunkBytes()),
            new Semaphore(builder.settings.connections(), true),
            builder.settings,
            builder.clock,
            builder.listener);
  }

  /// A client with default settings.
  public static HubClient open(HubConfig config) {
    return builder(config).build();
  }

  public static Builder builder(HubConfig config) {
    return new Builder(config);
  }

  /// What a client is made of.
  public static final class Builder {
    private final HubConfig config;
    private TransferSettings settings = TransferSettings.DEFAULT;
    private HubListener listener = HubListener.NONE;
    private HubClock clock = HubClock.system();
    private HostAddresses addresses = HostAddresses.system();

    private Builder(HubConfig config) {
      this.config = requireNonNull(config, "config is null");
    }

    public Builder settings(TransferSettings settings) {
      this.settings = requireNonNull(settings, "settings is null");
      return this;
    }

    public Builder listener(HubListener listener) {
      this.listener = requireNonNull(listener, "listener is null");
      return this;
    }

    public Builder clock(HubClock clock) {
      this.clock = requireNonNull(clock, "clock is null");
      return this;
    }

    public Builder addresses(HostAddresses addresses) {
      this.addresses = requireNonNull(addresses, "addresses is null");
      return this;
    }

    public HubClient build() {
      return new HubClient(this);
    }
  }

  public HubConfig config() {
    return config;
  }

  /// This client for the files of work in progress: a transfer that fails is retried for at least
  /// two minutes, in which a Hub or a network recovers. The two share connections, memory and
  /// pauses, and closing one closes both.
  public HubClient patient() {
    return new HubClient(this, parts.with(parts.settings().patient()));
  }

  /// Fixes a revision to the commit it stands for now, and lists its files. Offline, the cache's
  /// last commit of that revision and the files it has.
  public HubSnapshot resolve(RepositoryId repository, String revision) throws IOException {
    Revisions.check(revision);
    return config.offline()
        ? cache
            .snapshot(repository, revision)
            .orElseThrow(() -> offline(Subject.of(repository, revision)))
        : api.snapshot(repository, revision);
  }

  /// Where the local cache has the file whole, to be read in place.
  public Optional<Path> cached(HubFile file) throws IOException {
    return cache.find(file);
  }

  /// A whole file in memory, checked against the Hub's SHA-256 where there is one.
  ///
  /// @param most bytes it may have; a larger one is an error
  public byte[] read(HubFile file, int most) throws IOException {
    if (file.size() > most) {
      throw new HubException(
          Reason.INTEGRITY,
          "[" + file + "] has " + file.size() + " bytes, at most " + most + " are read");
    }
    byte[] content = read(file, 0, (int) file.size());
    FileDigest digest = new FileDigest(file);
    digest.add(MemorySegment.ofArray(content));
    digest.check();
    return content;
  }

  /// A small part of a file in memory.
  ///
  /// @param length at most 100,000,000 bytes
  public byte[] read(HubFile file, long offset, int length) throws IOException {
    checkRange(file, offset, length);
    byte[] content = new byte[length];
    boolean inOneRequest = length > 0 && length <= LARGEST_SINGLE_REQUEST;
    if (inOneRequest && !config.offline() && cache.find(file).isEmpty()) {
      readAtOnce(file, offset, content);
    } else {
      stream(file, offset, length, into(content));
    }
    return content;
  }

  /// A part of a file, brought by parallel ranges and handed on in order. Memory is bounded by the
  /// settings, whatever the length.
  public void stream(HubFile file, long offset, long length, ChunkConsumer consumer)
      throws IOException {
    checkRange(file, offset, length);
    requireNonNull(consumer, "consumer is null");
    Optional<Path> local = cache.find(file);
    if (local.isPresent()) {
      CachedRead.stream(local.get(), offset, length, consumer);
    } else if (config.offline()) {
      throw offline(file);
    } else if (length > 0) {
      transfer(file, offset, length, consumer);
    }
  }

  /// A whole file, handed on as [#stream] does and held against the Hub's SHA-256 where there is
  /// one. Where it is another, this fails after the last chunk.
  public void streamWhole(HubFile file, ChunkConsumer consumer) throws IOException {
    FileDigest digest = new FileDigest(file);
    stream(file, 0, file.size(), digest.before(consumer));
    digest.check();
  }

  /// A whole file on disk, checked against the Hub's SHA-256 where there is one. Nothing is at the
  /// target until all of it is there.
  public void download(HubFile file, Path target) throws IOException {
    Path folder = target.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path part = Files.createTempFile(folder, "." + target.getFileName(), ".part");
    try {
      try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
        streamWhole(file, into(channel));
        channel.force(false);
      }
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  HubApi api() {
    return api;
  }

  /// A range that is not worth several requests, nor any of the transfers' memory.
  private void readAtOnce(HubFile file, long offset, byte[] content) throws IOException {
    try {
      parts.connections().acquire();
      try {
        parts
            .reader()
            .read(
                file, offset, MemorySegment.ofArray(content), null, () -> {}, parts.attempts(file));
      } finally {
        parts.connections().release();
      }
    } catch (RangesIgnoredException e) {
      transferInOneGo(file, offset, content.length, 0, into(content));
    } catch (InterruptedException e) {
      throw Failures.interrupted(file.toString(), e);
    }
  }

  private void transfer(HubFile file, long offset, long length, ChunkConsumer consumer)
      throws IOException {
    OrderedTransfer parallel = new OrderedTransfer(parts, file, offset, length);
    try {
      parallel.run(consumer);
    } catch (RangesIgnoredException e) {
      transferInOneGo(file, offset, length, parallel.delivered(), consumer);
    }
  }

  private void transferInOneGo(
      HubFile file, long offset, long length, long delivered, ChunkConsumer consumer)
      throws IOException {
    MemorySegment buffer;
    try {
      buffer = parts.buffers().take();
    } catch (InterruptedException e) {
      throw Failures.interrupted(file.toString(), e);
    }
    try {
      new SequentialTransfer(parts, file, offset, length, delivered, buffer, consumer).run();
    } finally {
      parts.buffers().giveBack(buffer);
    }
  }

  private static void checkRange(HubFile file, long offset, long length) {
    Objects.checkFromToIndex(offset, offset + length, file.size());
  }

  private static ChunkConsumer into(byte[] content) {
    MemorySegment target = MemorySegment.ofArray(content);
    return (position, chunk) -> MemorySegment.copy(chunk, 0, target, position, chunk.byteSize());
  }

  private static ChunkConsumer into(FileChannel channel) {
    return (position, chunk) -> {
      var bytes = chunk.asByteBuffer();
      while (bytes.hasRemaining()) {
        channel.write(bytes, position + bytes.position());
      }
    };
  }

  private HubException offline(HubFile file) throws IOException {
    Optional<String> blob = cache.missingBlob(file);
    return blob.isEmpty()
        ? offline(Subject.of(file))
        : new HubException(
            Reason.OFFLINE,
            "["
                + file
                + "] is a link to the blob "
                + blob.get()
                + " of the cache at "
                + config.cache()
                + ", which is not there, and HF_HUB_OFFLINE keeps from asking the Hub: unset it, or"
                + " fetch the model there again");
  }

  private HubException offline(Subject subject) {
    return new HubException(
        Reason.OFFLINE,
        "["
            + subject
            + "] is not in the cache at "
            + config.cache()
            + ", and HF_HUB_OFFLINE keeps from asking the Hub: unset it, or fetch the model there"
            + " first");
  }

  @Override
  public void close() {
    http.close();
    parts.buffers().close();
  }
}
