package dev.halcyon.tensors;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Objects;

/// A run of a file's bytes, read by position through a channel that all tensors of the file share.
///
/// Interrupting a thread in the middle of a read closes the channel for everybody, as the JDK has
/// it: interrupt readers only to give up the whole file.
///
/// @param file named in errors
/// @param channel open for reading; the caller closes it
/// @param offset first byte of the tensor in the file
/// @param size bytes of the tensor
public record FileTensorBytes(Path file, FileChannel channel, long offset, long size)
    implements TensorBytes {
  public FileTensorBytes {
    requireNonNull(file, "file is null");
    requireNonNull(channel, "channel is null");
    if (offset < 0 || size < 0 || offset > Long.MAX_VALUE - size) {
      throw new IllegalArgumentException(
          "[" + file + "] no run of " + size + " bytes at offset " + offset);
    }
  }

  @Override
  public void read(long offset, MemorySegment target) throws IOException {
    Objects.checkFromIndexSize(offset, target.byteSize(), size);
    PositionalReads.read(file, channel, this.offset + offset, target);
  }
}
