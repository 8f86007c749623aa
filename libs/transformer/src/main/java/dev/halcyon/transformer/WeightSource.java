package dev.halcyon.transformer;

import dev.halcyon.tensors.Checkpoint;
import dev.halcyon.tensors.TensorBytes;
import dev.halcyon.tensors.TensorInfo;
import dev.halcyon.tensors.TensorSpec;
import java.util.List;
import java.util.Optional;

/// A source of a model's tensors: a checkpoint on disk or an object store.
///
/// Implementations must allow reads from a thread other than the one that opened the source.
public interface WeightSource {
  /// What errors name, as a folder or `org/model@commit`.
  String name();

  /// What there is to read.
  List<TensorSpec> tensors();

  /// The bytes of a tensor of [#tensors()], little-endian, row-major.
  TensorBytes bytes(String tensor);

  /// The tensors of a checkpoint, which must stay open.
  static WeightSource of(Checkpoint checkpoint) {
    return new WeightSource() {
      @Override
      public String name() {
        return checkpoint.path().toString();
      }

      @Override
      public List<TensorSpec> tensors() {
        return checkpoint.tensors().stream()
            .map(tensor -> new TensorSpec(tensor.name(), tensor.dtype(), tensor.shape()))
            .toList();
      }

      @Override
      public TensorBytes bytes(String tensor) {
        Optional<TensorInfo> info = checkpoint.find(tensor);
        return checkpoint.bytes(
            info.orElseThrow(
                () -> new IllegalArgumentException("[" + name() + "] has no tensor " + tensor)));
      }
    };
  }
}
