package dev.halcyon.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// What the machine's loopback carries: as many plain sockets as connections, each of which asks
/// for its share of a file and reads it into one buffer.
final class LoopbackRate {
  private static final int BUFFER = 1 << 18;
  private static final int MOST_HEADER_BYTES = 1 << 14;

  private final URI file;

  private LoopbackRate(URI file) {
    this.file = file;
  }

  /// The rate of a file on the content network behind a Hub.
  ///
  /// @param file its address at the Hub, which redirects to the content network
  static LoopbackRate of(URI file) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest head = HttpRequest.newBuilder(file).HEAD().build();
      String location =
          client
              .send(head, BodyHandlers.discarding())
              .headers()
              .firstValue("Location")
              .orElseThrow();
      return new LoopbackRate(URI.create(location));
    }
  }

  /// Reads so many bytes and returns the seconds it took.
  double seconds(int connections, long bytes) throws Exception {
    long share = bytes / connections;
    long start = System.nanoTime();
    try (ExecutorService executor = Executors.newFixedThreadPool(connections)) {
      List<Future<?>> readers = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        long from = i * share;
        readers.add(
            executor.submit(() -> {
              read(from, share);
              return null;
            }));
      }
      for (Future<?> reader : readers) {
        reader.get();
      }
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private void read(long from, long bytes) throws IOException {
    String request =
        "GET %s?%s HTTP/1.1\r\nHost: %s\r\nRange: bytes=%d-%d\r\n\r\n"
            .formatted(
                file.getRawPath(), file.getRawQuery(), file.getAuthority(), from, from + bytes - 1);
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    try (SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(file.getHost(), file.getPort()))) {
      channel.write(ByteBuffer.wrap(request.getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
      long left = bytes - afterHeaders(channel, buffer);
      while (left > 0) {
        buffer.clear();
        left -= received(channel, buffer);
      }
    }
  }

  /// Reads the answer's head and returns how many bytes of its body came with it.
  private static int afterHeaders(SocketChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.position() < MOST_HEADER_BYTES) {
      received(channel, buffer);
      for (int end = 3; end < buffer.position(); end++) {
        if (buffer.get(end) == '\n' && buffer.get(end - 2) == '\n') {
          return buffer.position() - end - 1;
        }
      }
    }
    throw new IOException("an answer without an end of its headers");
  }

  private static int received(SocketChannel channel, ByteBuffer buffer) throws IOException {
    int count = channel.read(buffer);
    if (count < 0) {
      throw new EOFException("the answer ended early");
    }
    return count;
  }
}
