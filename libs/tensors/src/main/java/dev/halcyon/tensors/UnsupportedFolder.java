package dev.halcyon.tensors;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Tells what a folder is that is no safetensors checkpoint, and what to do about it.
final class UnsupportedFolder {
  private static final String SAVE =
      "load them once with transformers and save them with save_pretrained, which writes"
          + " safetensors";
  private static final String CONVERT =
      "take the model's safetensors, or load the weights in PyTorch and save them under the names"
          + " that transformers has for them, with safetensors.torch.save_file";

  /// The first that fits says what the folder is; `%s` stands for the file that shows it.
  private static final List<Kind> KINDS =
      List.of(
          new Kind(
              "\\.gguf$",
              "holds GGUF weights (%s), which are packed for inference: take the safetensors"
                  + " checkpoint they were made from, and give the .gguf file itself to compare it"
                  + " as a fine-tune of that"),
          new Kind(
              "^(diffusion_)?(pytorch_)?model.*\\.bin(\\.index\\.json)?$",
              "holds PyTorch weights (%s) but no safetensors: " + SAVE),
          new Kind(
              "\\.(pt|pth|ckpt)(\\.tar)?$",
              "holds PyTorch weights (%s) but no safetensors: " + CONVERT),
          new Kind("\\.onnx$", "holds an ONNX graph (%s) but no safetensors: " + CONVERT),
          new Kind("\\.(h5|keras)$", "holds Keras weights (%s) but no safetensors: " + CONVERT),
          new Kind("\\.tflite$", "holds a TensorFlow Lite model (%s), no safetensors: " + CONVERT),
          new Kind("\\.ckpt\\.index$", "holds TensorFlow weights (%s), no safetensors: " + CONVERT),
          new Kind("\\.msgpack$", "holds Flax weights (%s) but no safetensors: " + CONVERT),
          new Kind("\\.npz$", "holds NumPy arrays (%s) but no safetensors: " + CONVERT),
          new Kind("\\.ot$", "holds weights of Rust's tch (%s), no safetensors: " + CONVERT),
          new Kind(
              "^(snapshots|blobs)$",
              "is a Hugging Face cache folder: give the folder snapshots/<commit> in it"),
          new Kind(
              "^checkpoint-\\d+$",
              "is the output of a training run: give one of the folders checkpoint-<step> in it"),
          new Kind(
              "(?<!^(training_args|optimizer|scheduler))\\.bin$",
              "holds %s, of which the name does not say what it is, but no safetensors: "
                  + CONVERT));

  private UnsupportedFolder() {}

  private record Kind(Pattern name, String description) {
    Kind(String name, String description) {
      this(Pattern.compile(name), description);
    }

    Optional<String> description(Collection<String> names) {
      return names.stream()
          .filter(name.asPredicate())
          .sorted()
          .findFirst()
          .map(file -> description.replace("%s", Printable.of(file)));
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
            .flatMap(kind -> kind.description(names).stream())
            .findFirst()
            .orElse(names.isEmpty() ? "is empty" : "holds no model: no .safetensors file");
    return new InvalidCheckpointException(source, description);
  }

  /// @param below folders in it that hold safetensors files
  static InvalidCheckpointException describeBelow(Path folder, List<String> below) {
    String description =
        below.size() == 1
            ? "holds no .safetensors file, but a folder in it does: give "
                + folder.resolve(below.getFirst())
            : "holds no .safetensors file, but folders in it do ("
                + Listing.of(below)
                + "): give one of them";
    return new InvalidCheckpointException(folder.toString(), description);
  }
}
