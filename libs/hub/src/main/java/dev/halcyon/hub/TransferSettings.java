package dev.halcyon.hub;

import java.time.Duration;

/// How hard the client pulls, and when it gives up. Memory for file contents is `buffers *
/// chunkBytes` for the whole client, whatever is read.
///
/// @param connections most ranges that come at the same time; the next one is asked for a little
///   before one ends
/// @param chunkBytes most bytes one range request asks for
/// @param buffers chunks that may be in memory at the same time, at least one for each connection;
///   twice as many and some let connections go on while chunks wait for their turn
/// @param connectTimeout for the connection itself
/// @param responseTimeout for the first byte of an answer
/// @param stallTimeout without a byte, after which a connection counts as lost
/// @param slowPatience how long a connection may stay far behind the others before it is replaced
/// @param retries after a failure, counted anew when bytes have come; the default goes on for about
///   half a minute
/// @param longestWait beyond which a wait the server asks for is not waited, but an error
public record TransferSettings(
    int connections,
    int chunkBytes,
    int buffers,
    Duration connectTimeout,
    Duration responseTimeout,
    Duration stallTimeout,
    Duration slowPatience,
    int retries,
    Duration longestWait) {
  /// The waits and tries are those of `huggingface_hub`; connections and chunks are measured
  /// against an edge that gives 68 MB/s to a connection at 20 ms.
  public static final TransferSettings DEFAULT =
      new TransferSettings(
          8,
          16 << 20,
          20,
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofSeconds(20),
          Duration.ofMillis(800),
          5,
          Duration.ofMinutes(6));

  // Waits of 1, 2, 4 and 15 times 8 seconds: more than two minutes.
  static final int PATIENT_RETRIES = 18;

  public TransferSettings {
    if (connections < 1 || chunkBytes < 1 || buffers < connections || retries < 0) {
      throw new IllegalArgumentException(
          "transfer settings need a connection, a byte a chunk and a buffer for each connection,"
              + " not connections="
              + connections
              + " chunkBytes="
              + chunkBytes
              + " buffers="
              + buffers
              + " retries="
              + retries);
    }
  }

  public TransferSettings withConnections(int connections, int chunkBytes, int buffers) {
    return new TransferSettings(
        connections,
        chunkBytes,
        buffers,
        connectTimeout,
        responseTimeout,
        stallTimeout,
        slowPatience,
        retries,
        longestWait);
  }

  /// Settings that go on for at least two minutes.
  TransferSettings patient() {
    return new TransferSettings(
        connections,
        chunkBytes,
        buffers,
        connectTimeout,
        responseTimeout,
        stallTimeout,
        slowPatience,
        Math.max(retries, PATIENT_RETRIES),
        longestWait);
  }
}
