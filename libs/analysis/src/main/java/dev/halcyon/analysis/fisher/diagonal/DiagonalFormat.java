package dev.halcyon.analysis.fisher.diagonal;

import dev.halcyon.analysis.fisher.FisherParameter;
import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.SafetensorsWriter;
import dev.halcyon.tensors.TensorSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// File formats that a diagonal can be saved in. Either holds one float32 tensor for each
/// parameter, by its name in the checkpoint and in its shape.
public enum DiagonalFormat {
  /// `fisher_diagonal.safetensors`.
  SAFETENSORS {
    @Override
    public DiagonalFile create(Path target, List<TensorSpec> tensors) throws IOException {
      return new SafetensorsDiagonal(
          SafetensorsWriter.create(target, tensors, Map.of("format", "pt")));
    }
  },
  /// `fisher_diagonal.pt`, a dictionary that `torch.load(weights_only=True)` opens.
  PT {
    @Override
    public DiagonalFile create(Path target, List<TensorSpec> tensors) throws IOException {
      return TorchArchive.create(target, tensors);
    }
  };

  /// Name of the file in the results folder.
  public String fileName() {
    return "fisher_diagonal." + name().toLowerCase(Locale.ROOT);
  }

  /// Begins the file in `folder`, which must exist.
  ///
  /// @param parameters of the model
  /// @throws IllegalArgumentException where two have one name
  public DiagonalFile createIn(Path folder, List<FisherParameter> parameters) throws IOException {
    List<TensorSpec> tensors =
        parameters.stream().map(p -> new TensorSpec(p.name(), DType.F32, p.shape())).toList();
    return create(folder.resolve(fileName()), tensors);
  }

  /// Begins a file of float32 tensors.
  ///
  /// @param target replaced by the commit; its folder must exist
  /// @throws IllegalArgumentException where two tensors have one name
  public abstract DiagonalFile create(Path target, List<TensorSpec> tensors) throws IOException;
}
