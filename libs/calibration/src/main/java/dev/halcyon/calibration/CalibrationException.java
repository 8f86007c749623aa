package dev.halcyon.calibration;

/// Calibration texts that cannot be used. The user must replace them.
///
/// The message begins with the file and the place in it, in brackets: `[texts.jsonl:12] …`.
public final class CalibrationException extends RuntimeException {
  CalibrationException(String where, String problem) {
    super("[" + where + "] " + problem);
  }

  CalibrationException(String where, String problem, Throwable cause) {
    super("[" + where + "] " + problem, cause);
  }
}
