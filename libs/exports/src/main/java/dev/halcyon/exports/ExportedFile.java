package dev.halcyon.exports;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// A file for another tool.
///
/// @param content of it
/// @param notes for people: what it does not express, and how it is used
public record ExportedFile(byte[] content, List<String> notes) {
  public ExportedFile {
    notes = List.copyOf(notes);
  }

  static ExportedFile ofText(String text, String... notes) {
    return new ExportedFile(text.getBytes(StandardCharsets.UTF_8), List.of(notes));
  }
}
