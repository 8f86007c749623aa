package dev.halcyon.tensors.gguf;

import dev.halcyon.tensors.InvalidCheckpointException;
import dev.halcyon.tensors.TensorBytes;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/// Reads the beginning of a GGUF file front to back, never past its end, and digests what it reads.
final class GgufCursor {
  private static final int BUFFER = 1 << 16;

  private final String source;
  private final TensorBytes file;
  private final MessageDigest digest;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
  private long read;

  /// @param source names the file in errors
  /// @param digest that gets all bytes that are read, and up to 64 KiB after them
  GgufCursor(String source, TensorBytes file, MessageDigest digest) {
    this.source = source;
    this.file = file;
    this.digest = digest;
    buffer.limit(0);
  }

  /// Bytes before the next one.
  long position() {
    return read - buffer.remaining();
  }

  int int8() throws IOException {
    return require(Byte.BYTES).get();
  }

  int int32() throws IOException {
    return require(Integer.BYTES).getInt();
  }

  long int64() throws IOException {
    return require(Long.BYTES).getLong();
  }

  /// A count or length that says how much follows.
  ///
  /// @param what it counts, for errors
  /// @param most that is allowed
  long count(String what, long most) throws IOException {
    long count = int64();
    if (count < 0 || count > most) {
      throw problem(
          "says %s %s, more than the %d that are read"
              .formatted(Long.toUnsignedString(count), what, most));
    }
    return count;
  }

  /// A text after its length.
  ///
  /// @param what it is, for errors
  /// @param most bytes that are allowed
  String lengthAndText(String what, int most) throws IOException {
    return text(what, (int) count("bytes of " + what, most));
  }

  /// A text of so many bytes, at most [#BUFFER].
  String text(String what, int length) throws IOException {
    byte[] utf8 = new byte[length];
    require(length).get(utf8);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw problem("has a " + what + " that is not UTF-8");
    }
  }

  /// Passes over bytes, which the digest gets too.
  void skip(long bytes) throws IOException {
    if (bytes < 0 || bytes > file.size() - position()) {
      throw tooShort();
    }
    for (long left = bytes; left > 0; ) {
      int length = (int) Math.min(BUFFER, left);
      ByteBuffer ready = require(length);
      ready.position(ready.position() + length);
      left -= length;
    }
  }

  InvalidCheckpointException problem(String text) {
    return new InvalidCheckpointException(source, text);
  }

  /// Makes that many bytes ready, at most [#BUFFER].
  private ByteBuffer require(int bytes) throws IOException {
    if (buffer.remaining() < bytes) {
      buffer.compact();
      int wanted = (int) Math.min(buffer.remaining(), file.size() - read);
      file.read(read, MemorySegment.ofArray(buffer.array()).asSlice(buffer.position(), wanted));
      digest.update(buffer.array(), buffer.position(), wanted);
      read += wanted;
      buffer.position(buffer.position() + wanted).flip();
    }
    if (buffer.remaining() < bytes) {
      throw tooShort();
    }
    return buffer;
  }

  private InvalidCheckpointException tooShort() {
    return problem("ends in its header; is the file cut off?");
  }
}
