package dev.halcyon.hub;

import dev.halcyon.hub.HubException.Reason;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.function.LongConsumer;

/// A part of a file, put straight where it belongs. How much has come is known at any time, also
/// after a failure, so that the next request goes on from there.
final class RangeBody extends WatchedBody<Long> {
  private final String what;
  private final MemorySegment target;
  private final boolean wholeFile;
  private final LongConsumer progress;
  private long skip;
  private long filled;

  private RangeBody(
      String what, MemorySegment target, boolean wholeFile, long skip, LongConsumer progress) {
    this.what = what;
    this.target = target;
    this.wholeFile = wholeFile;
    this.skip = skip;
    this.progress = progress;
  }

  /// A body that is exactly the range.
  ///
  /// @param progress receives the number of bytes that have arrived
  static RangeBody exact(String what, MemorySegment target, LongConsumer progress) {
    return new RangeBody(what, target, false, 0, progress);
  }

  /// A body that is the whole file, of which the range begins after `skip` bytes.
  static RangeBody ofWholeFile(String what, MemorySegment target, long skip) {
    return new RangeBody(what, target, true, skip, _ -> {});
  }

  /// Bytes of the range that are in their place; to be asked once the body has ended.
  long filled() {
    return filled;
  }

  @Override
  void take(ByteBuffer bytes) {
    int skipped = (int) Math.min(skip, bytes.remaining());
    skip -= skipped;
    bytes.position(bytes.position() + skipped);
    int taken = (int) Math.min(target.byteSize() - filled, bytes.remaining());
    ByteBuffer slice = bytes.slice(bytes.position(), taken);
    MemorySegment.copy(MemorySegment.ofBuffer(slice), 0, target, filled, taken);
    filled += taken;
    progress.accept(filled);
    finishEarly(bytes.remaining() > taken);
  }

  private void finishEarly(boolean more) {
    if (wholeFile && filled == target.byteSize()) {
      complete(filled);
    } else if (more) {
      stop(
          new HubException(
              Reason.INVALID_RESPONSE,
              "[" + what + "] the server sends more bytes than the range it announced"));
    }
  }

  @Override
  void end() {
    if (filled == target.byteSize()) {
      completeAtEnd(filled);
    } else {
      stop(
          new HubException(
              Reason.UNAVAILABLE,
              "["
                  + what
                  + "] the answer ended after "
                  + filled
                  + " of "
                  + target.byteSize()
                  + " bytes"));
    }
  }
}
