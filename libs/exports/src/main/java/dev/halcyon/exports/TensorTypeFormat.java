package dev.halcyon.exports;

import dev.halcyon.tensors.gguf.GgufNames;
import java.util.List;
import java.util.stream.Collectors;

/// `--tensor-type-file` of llama.cpp's `llama-quantize`: lines `pattern=type` that give the chosen
/// matrices 8 bits. The format has no comments.
final class TensorTypeFormat implements ExportFormat {
  private static final String TYPE = "q8_0";

  @Override
  public ExportedFile write(Export export) {
    GgufNames names =
        GgufNames.of(export.ranking().tensors().stream().map(ScoredTensor::key).toList());
    List<ScoredTensor> matrices =
        export
            .ranking()
            .tensors(
                tensor -> tensor.isMatrix() && names.find(tensor.key()).isPresent(),
                "matrix that has a name in GGUF");
    Selection selection = export.selection(matrices);
    String text =
        selection.chosen().stream()
            .map(matrix -> names.find(matrix.key()).orElseThrow())
            .map(name -> "^" + name.replace(".", "\\.") + "$=" + TYPE + "\n")
            .collect(Collectors.joining());
    return ExportedFile.ofText(
        text,
        "%d of %d matrices have %s; llama-quantize gives the others the type that it is called with"
            .formatted(selection.chosen().size(), matrices.size(), TYPE));
  }
}
