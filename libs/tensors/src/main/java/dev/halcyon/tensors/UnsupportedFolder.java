package dev.halcyon.tensors;

import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/// Tells what a folder is that is no safetensors checkpoint, and what to do about it.
final class UnsupportedFolder {
  private static final List<Kind> KINDS =
      List.of(
          new Kind(
              "\\.gguf$",
              "holds GGUF weights, which are packed for inference: take the safetensors checkpoint"
                  + " they were made from"),
          new Kind(
              "\\.(bin|pt|pth|ckpt)(\\.index\\.json)?$",
              "holds PyTorch weights (.bin) but no safetensors: load them once with transformers"
                  + " and save them with save_pretrained, which writes safetensors"),
          new Kind(
              "\\.(h5|msgpack|onnx|npz|tflite|ot)$",
              "holds weights of another framework, no safetensors: convert them to safetensors"),
          new Kind(
              "^(snapshots|blobs)$",
              "is a Hugging Face cache folder: give the folder snapshots/<commit> in it"),
          new Kind(
              "^checkpoint-\\d+$",
              "is the output of a training run: give one of the folders checkpoint-<step> in it"));

  private UnsupportedFolder() {}

  private record Kind(Pattern name, String description) {
    Kind(String name, String description) {
      this(Pattern.compile(name), description);
    }
  }

  static void refuseAdapter(String source, Collection<String> names) {
    if (names.contains("adapter_config.json")
        || names.contains("adapter_model.safetensors")
        || names.contains("adapter_model.bin")) {
      throw new InvalidCheckpointException(source, "is " + UnsupportedWeights.ADAPTER);
    }
  }

  static InvalidCheckpointException describe(String source, Collection<String> names) {
    String description =
        KINDS.stream()
            .filter(kind -> names.stream().anyMatch(kind.name().asPredicate()))
            .map(Kind::description)
            .findFirst()
            .orElse(names.isEmpty() ? "is empty" : "holds no model: no .safetensors file");
    return new InvalidCheckpointException(source, description);
  }
}
