package dev.halcyon.tensors;

/// A checkpoint that is damaged, incomplete or not supported: the user must act.
///
/// The message begins with the file or folder in brackets and names the tensor and its offset where
/// one is concerned: `[org/model model.safetensors] tensor lm_head.weight at offset 4096: …`.
public final class InvalidCheckpointException extends RuntimeException {
  public InvalidCheckpointException(String source, String problem) {
    super(message(source, problem));
  }

  public InvalidCheckpointException(String source, String problem, Throwable cause) {
    super(message(source, problem), cause);
  }

  /// A problem with one tensor, wherever its bytes are.
  public static InvalidCheckpointException ofTensor(String source, String tensor, String problem) {
    return new InvalidCheckpointException(
        source, "tensor " + Printable.of(tensor) + ": " + problem);
  }

  /// A problem with one tensor whose bytes begin, or are said to begin, at `offset` in the file.
  public static InvalidCheckpointException ofTensor(
      String source, String tensor, long offset, String problem) {
    return new InvalidCheckpointException(
        source, "tensor " + Printable.of(tensor) + " at offset " + offset + ": " + problem);
  }

  private static String message(String source, String problem) {
    return "[" + Printable.of(source) + "] " + problem;
  }
}
