package dev.halcyon.services.common;

import dev.halcyon.objectstore.NoSuchObjectException;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.objectstore.StoreUnavailableException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/// Another store, whose requests are counted and timed.
///
/// A request is a call of [ObjectStore]; a backend may need several exchanges for it.
public final class MeteredObjectStore implements ObjectStore {
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(10),
    Duration.ofMillis(100),
    Duration.ofSeconds(1),
    Duration.ofSeconds(10),
    Duration.ofMinutes(1)
  };

  private final ObjectStore store;
  private final MeterRegistry meters;
  private final Counter read;
  private final Counter written;

  public MeteredObjectStore(ObjectStore store, MeterRegistry meters) {
    this.store = store;
    this.meters = meters;
    this.read = bytes("read");
    this.written = bytes("written");
    for (Operation operation : Operation.values()) {
      for (Outcome outcome : Outcome.values()) {
        var _ = timer(operation, outcome);
      }
    }
  }

  private enum Operation {
    PUT,
    PUT_IF_ABSENT,
    FIND,
    GET,
    OPEN,
    READ,
    LIST,
    DELETE,
    CHECK
  }

  private enum Outcome {
    OK,
    NOT_FOUND,
    UNAVAILABLE,
    ERROR
  }

  private interface Call<T> {
    T run() throws IOException;
  }

  private interface VoidCall {
    void run() throws IOException;
  }

  private Counter bytes(String direction) {
    return Counter.builder("halcyon.store.content")
        .description("Bytes of objects read from the store or written to it")
        .baseUnit("bytes")
        .tag("direction", direction)
        .register(meters);
  }

  private Timer timer(Operation operation, Outcome outcome) {
    return Timer.builder("halcyon.store.requests")
        .description("Duration of requests to the store; for a stream, the time until it is open")
        .tag("operation", operation.name().toLowerCase(Locale.ROOT))
        .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
        .serviceLevelObjectives(BUCKETS)
        .register(meters);
  }

  private <T> T timed(Operation operation, Call<T> call) throws IOException {
    Timer.Sample sample = Timer.start(meters);
    Outcome outcome = Outcome.ERROR;
    try {
      T result = call.run();
      outcome = Outcome.OK;
      return result;
    } catch (NoSuchObjectException e) {
      outcome = Outcome.NOT_FOUND;
      throw e;
    } catch (StoreUnavailableException e) {
      outcome = Outcome.UNAVAILABLE;
      throw e;
    } finally {
      sample.stop(timer(operation, outcome));
    }
  }

  private void timed(Operation operation, VoidCall call) throws IOException {
    timed(
        operation,
        () -> {
          call.run();
          return true;
        });
  }

  @Override
  public void put(String key, byte[] content) throws IOException {
    timed(Operation.PUT, () -> store.put(key, content));
    written.increment(content.length);
  }

  @Override
  public void put(String key, InputStream content, OptionalLong length) throws IOException {
    timed(
        Operation.PUT,
        () -> {
          // Its caller closes the stream.
          CountedStream counted = new CountedStream(content, written);
          store.put(key, counted, length);
        });
  }

  @Override
  public boolean putIfAbsent(String key, byte[] content) throws IOException {
    boolean put = timed(Operation.PUT_IF_ABSENT, () -> store.putIfAbsent(key, content));
    if (put) {
      written.increment(content.length);
    }
    return put;
  }

  @Override
  public Optional<ObjectInfo> find(String key) throws IOException {
    return timed(Operation.FIND, () -> store.find(key));
  }

  @Override
  public byte[] get(String key) throws IOException {
    byte[] content = timed(Operation.GET, () -> store.get(key));
    read.increment(content.length);
    return content;
  }

  @Override
  public InputStream open(String key, long offset, long length) throws IOException {
    return timed(Operation.OPEN, () -> new CountedStream(store.open(key, offset, length), read));
  }

  @Override
  public void read(String key, long offset, MemorySegment target) throws IOException {
    timed(Operation.READ, () -> store.read(key, offset, target));
    read.increment((double) target.byteSize());
  }

  @Override
  public List<ObjectInfo> list(String prefix) throws IOException {
    return timed(Operation.LIST, () -> store.list(prefix));
  }

  @Override
  public void delete(String key) throws IOException {
    timed(Operation.DELETE, () -> store.delete(key));
  }

  @Override
  public void check() throws IOException {
    timed(Operation.CHECK, store::check);
  }

  @Override
  public void close() {
    store.close();
  }

  @Override
  public String toString() {
    return store.toString();
  }

  /// Counts the bytes that are read of a stream.
  private static final class CountedStream extends FilterInputStream {
    private final Counter bytes;

    CountedStream(InputStream in, Counter bytes) {
      super(in);
      this.bytes = bytes;
    }

    @Override
    public int read() throws IOException {
      int value = in.read();
      if (value >= 0) {
        bytes.increment();
      }
      return value;
    }

    @Override
    public int read(byte[] target, int from, int count) throws IOException {
      int done = in.read(target, from, count);
      if (done > 0) {
        bytes.increment(done);
      }
      return done;
    }
  }
}
