package dev.halcyon.transformer;

/// A model that is not computed, or whose `config.json` and tensors do not agree: whoever named the
/// model must act.
///
/// The message begins with the file or folder in brackets.
public final class UnsupportedModelException extends RuntimeException {
  public UnsupportedModelException(String source, String problem) {
    super("[" + source + "] " + problem);
  }

  public UnsupportedModelException(String source, String problem, Throwable cause) {
    super("[" + source + "] " + problem, cause);
  }
}
