package dev.halcyon.calibration;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// The lines of a UTF-8 file, ended by a line feed with or without a carriage return, never holding
/// more than one.
final class LineReader implements AutoCloseable {
  private final String name;
  private final int maxBytes;
  private final InputStream in;
  private String line = "";
  private long number;

  /// @param name of the file in errors
  /// @param maxBytes a line of more is refused
  LineReader(Path file, String name, int maxBytes) throws IOException {
    this.name = name;
    this.maxBytes = maxBytes;
    this.in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
  }

  /// Where the last line is: `file:12`, counted from 1.
  String where() {
    return name + ":" + number;
  }

  /// The last line, without its end.
  String line() {
    return line;
  }

  /// Goes to the next line.
  ///
  /// @return whether there is one
  /// @throws CalibrationException where it is too long or not UTF-8
  boolean advance() throws IOException {
    int first = in.read();
    if (first < 0) {
      return false;
    }
    number++;
    String text = StrictUtf8.decode(withoutReturn(bytes(first)), where());
    line = number == 1 ? StrictUtf8.withoutByteOrderMark(text) : text;
    return true;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private byte[] bytes(int first) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = first; next >= 0 && next != '\n'; next = in.read()) {
      if (line.size() == maxBytes) {
        throw new CalibrationException(where(), "a line of more than %d bytes".formatted(maxBytes));
      }
      line.write(next);
    }
    return line.toByteArray();
  }

  private static byte[] withoutReturn(byte[] line) {
    boolean returned = line.length > 0 && line[line.length - 1] == '\r';
    return returned ? java.util.Arrays.copyOf(line, line.length - 1) : line;
  }
}
