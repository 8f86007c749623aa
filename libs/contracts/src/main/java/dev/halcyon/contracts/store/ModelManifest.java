package dev.halcyon.contracts.store;

import static java.util.Objects.requireNonNull;

import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.Shape;
import java.util.List;

/// What a model's folder in the store may hold: `models/<org>--<name>/<commit>/manifest.json`. A
/// tensor that no job needed yet has no object.
///
/// @param schema version of this record, 1
/// @param repository as `org/name`
/// @param commit of it
/// @param tensors of the checkpoint, by name
public record ModelManifest(int schema, String repository, String commit, List<Entry> tensors) {
  public static final int SCHEMA = 1;
  public static final String FILE = "manifest.json";

  public ModelManifest {
    tensors = List.copyOf(tensors);
  }

  /// A tensor.
  ///
  /// @param tensor its name in the checkpoint
  /// @param object key of its bytes, little-endian as in the checkpoint
  /// @param dtype of the elements
  /// @param shape as stored
  /// @param bytes of the object
  public record Entry(String tensor, String object, DType dtype, Shape shape, long bytes) {
    public Entry {
      requireNonNull(shape, "shape is null");
    }
  }
}
