package dev.halcyon.transformer;

/// A model that is not supported, or whose `config.json` and tensors do not match. The user must
/// act.
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
