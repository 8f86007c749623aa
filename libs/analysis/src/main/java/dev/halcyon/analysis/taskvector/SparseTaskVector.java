package dev.halcyon.analysis.taskvector;

import dev.halcyon.tensors.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A file from which a base's fine-tune is restored bit for bit: it holds the elements that differ,
/// and whole what is not in the base. `docs/reference/task-vector.md` describes it.
public final class SparseTaskVector {
  public static final String FILE = "task_vector_sparse.safetensors";

  private SparseTaskVector() {}

  /// Whose it is.
  ///
  /// @param base as the user named it
  /// @param fineTune as the user named it
  public record Names(String base, String fineTune) {}

  /// What a file holds.
  ///
  /// @param same tensors that are the base's
  /// @param sparse tensors stored by the elements that differ
  /// @param whole tensors stored whole
  /// @param changed elements that differ, of the sparse ones
  public record Contents(long same, long sparse, long whole, long changed) {}

  /// Receives the number of bytes that were read or written.
  public interface Progress {
    void add(long bytes);
  }

  /// Bytes that writing reads of the fine-tune, for [Progress].
  public static long bytesToRead(Checkpoint tuned) {
    return 2 * tuned.totalBytes();
  }

  /// Writes the file.
  ///
  /// @param others small files to be restored as they are
  /// @param target replaced where it exists
  public static Contents write(
      Names names,
      Checkpoint base,
      Checkpoint tuned,
      List<Path> others,
      Path target,
      Progress progress)
      throws IOException {
    return new SparseWriter(base, tuned, progress).write(names, others, target);
  }

  /// Restores the fine-tune's files into a folder, each checked against its digest.
  ///
  /// @return the names of the files
  /// @throws dev.halcyon.tensors.InvalidCheckpointException where the file is none of these, or the
  ///   base is another one
  public static List<String> restore(Path file, Checkpoint base, Path folder, Progress progress)
      throws IOException {
    try (SparseReader reader = SparseReader.open(file, base, progress)) {
      return reader.restore(folder);
    }
  }
}
