package dev.halcyon.calibration;

import static java.util.Objects.requireNonNull;

import java.util.List;

/// The texts that a computation is calibrated on.
///
/// @param source name of the file or folder, or `built-in`
/// @param samples in the order of the source
/// @param blank entries before the last sample that held nothing but white space, which were
///   skipped
/// @param digest SHA-256 of the samples' texts, in order and with their lengths, in lower-case
///   hexadecimal; ids do not count
public record Calibration(String source, List<Sample> samples, long blank, String digest) {
  public Calibration {
    requireNonNull(source, "source is null");
    requireNonNull(digest, "digest is null");
    samples = List.copyOf(samples);
  }
}
