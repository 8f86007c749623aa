package dev.halcyon.exports;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// A file for another tool.
public final class ExportedFile {
  private final byte[] content;
  private final List<String> notes;

  ExportedFile(byte[] content, List<String> notes) {
    this.content = requireNonNull(content, "content is null");
    this.notes = List.copyOf(notes);
  }

  static ExportedFile ofText(String text, String... notes) {
    return new ExportedFile(text.getBytes(StandardCharsets.UTF_8), List.of(notes));
  }

  public byte[] content() {
    return content;
  }

  /// Readable text: what the file does not express, and how it is used.
  public List<String> notes() {
    return notes;
  }
}
