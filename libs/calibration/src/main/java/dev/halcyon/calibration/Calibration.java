package dev.halcyon.calibration;

import static java.util.Objects.requireNonNull;

import java.util.List;

/// Calibration texts.
///
/// @param source name of the file or folder, or `built-in`
/// @param samples in the order of the source
/// @param blank entries before the last sample that held nothing but white space, which were
///   skipped, or had not the field with the text
/// @param digest SHA-256 of the samples' texts, in order and with their lengths, in lower-case
///   hexadecimal; ids do not count
/// @param notes what a reader must know of how texts were made, such as which were left out
public record Calibration(
    String source, List<Sample> samples, long blank, String digest, List<String> notes) {
  public Calibration {
    requireNonNull(source, "source is null");
    requireNonNull(digest, "digest is null");
    samples = List.copyOf(samples);
    notes = List.copyOf(notes);
  }
}
