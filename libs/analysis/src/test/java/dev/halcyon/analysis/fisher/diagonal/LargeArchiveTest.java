package dev.halcyon.analysis.fisher.diagonal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Archives beyond the classical limits of zip, as sparse files, read by the JDK.
class LargeArchiveTest {
  private static final byte[] CONTENT = "after four gibibytes".getBytes(US_ASCII);

  @TempDir Path folder;

  @Test
  void entriesOfMoreThanFourGibibytesAndWhatFollowsThemAreFound() throws IOException {
    long size = (5L << 30) + 4;
    ZipEntryLayout large = new ZipEntryLayout("archive/data/0", 0, size);
    ZipEntryLayout small = new ZipEntryLayout("archive/data/1", large.dataEnd(), CONTENT.length);

    try (ZipFile zip = new ZipFile(written(List.of(large, small)).toFile())) {
      assertThat(zip.getEntry("archive/data/0").getSize()).isEqualTo(size);
      ZipEntry entry = zip.getEntry("archive/data/1");
      assertThat(zip.getInputStream(entry).readAllBytes()).isEqualTo(CONTENT);
    }
    assertThat(large.dataStart() % ZipEntryLayout.ALIGNMENT).isZero();
    assertThat(small.dataStart() % ZipEntryLayout.ALIGNMENT).isZero();
  }

  @Test
  void moreThan65535EntriesAreFound() throws IOException {
    List<ZipEntryLayout> entries = new ArrayList<>();
    long start = 0;
    for (int i = 0; i < 70_000; i++) {
      entries.add(new ZipEntryLayout("archive/data/" + i, start, i == 69_999 ? CONTENT.length : 0));
      start = entries.getLast().dataEnd();
    }

    try (ZipFile zip = new ZipFile(written(entries).toFile())) {
      assertThat(zip.size()).isEqualTo(70_000);
      ZipEntry entry = zip.getEntry("archive/data/69999");
      assertThat(zip.getInputStream(entry).readAllBytes()).isEqualTo(CONTENT);
    }
  }

  /// Writes the directory, and of the entries only the last one with its content.
  private Path written(List<ZipEntryLayout> entries) throws IOException {
    Path file = folder.resolve("large.pt");
    ZipEntryLayout last = entries.getLast();
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(entries.getFirst().localHeader(0)), 0);
      channel.write(ByteBuffer.wrap(last.localHeader(crc())), last.headerStart());
      channel.write(ByteBuffer.wrap(CONTENT), last.dataStart());
      long at = last.dataEnd();
      for (ZipEntryLayout entry : entries) {
        at +=
            channel.write(ByteBuffer.wrap(entry.centralHeader(entry.equals(last) ? crc() : 0)), at);
      }
      var end = new ZipDirectoryEnd(entries.size(), last.dataEnd(), at - last.dataEnd());
      channel.write(ByteBuffer.wrap(end.bytes()), at);
    }
    return file;
  }

  private static long crc() {
    CRC32 checksum = new CRC32();
    checksum.update(CONTENT);
    return checksum.getValue();
  }
}
