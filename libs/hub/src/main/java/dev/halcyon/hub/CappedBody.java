package dev.halcyon.hub;

import dev.halcyon.hub.HubException.Reason;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/// A body in memory, with a limit that a server cannot talk the client out of.
final class CappedBody extends WatchedBody<byte[]> {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final int most;
  private final HubException tooLong;

  private CappedBody(int most, HubException tooLong) {
    this.most = most;
    this.tooLong = tooLong;
  }

  /// A body of at most that many bytes; more is an error.
  static CappedBody whole(String what, int most) {
    return new CappedBody(
        most,
        new HubException(
            Reason.INVALID_RESPONSE,
            "[" + what + "] the server's response is longer than " + most + " bytes: refused"));
  }

  /// The beginning of a body.
  static CappedBody beginning(int most) {
    return new CappedBody(most, null);
  }

  @Override
  void take(ByteBuffer buffer) {
    byte[] taken = new byte[Math.min(buffer.remaining(), most - bytes.size())];
    buffer.get(taken);
    bytes.writeBytes(taken);
    if (buffer.hasRemaining()) {
      overflow();
    }
  }

  private void overflow() {
    if (tooLong == null) {
      complete(bytes.toByteArray());
    } else {
      stop(tooLong);
    }
  }

  @Override
  void end() {
    completeAtEnd(bytes.toByteArray());
  }
}
