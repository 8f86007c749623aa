package dev.halcyon.tensors;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Tells safetensors files whose numbers are not a model's weights: adapters, and weights packed by
/// a quantization method, which would compare as noise.
public final class UnsupportedWeights {
  static final String ADAPTER =
      "a LoRA (PEFT) adapter, a change of a base model: give the base's folder as the base and the"
          + " adapter's folder as a fine-tune of it, or merge the two (merge_and_unload in PEFT),"
          + " save that, and give the merged folder";

  private static final List<NamePattern> PATTERNS =
      List.of(
          new NamePattern("\\.lora_[AB]\\.|\\.lora_(up|down)\\.", ADAPTER),
          new NamePattern("\\.(qweight|qzeros)$", packed("GPTQ or AWQ")),
          new NamePattern("\\.weight_packed$", packed("compressed-tensors")),
          new NamePattern("\\.quant_state\\.bitsandbytes__|\\.SCB$", packed("bitsandbytes")));

  private UnsupportedWeights() {}

  private record NamePattern(Pattern pattern, String description) {
    NamePattern(String pattern, String description) {
      this(Pattern.compile(pattern), description);
    }
  }

  /// Looks at the tensors' names.
  ///
  /// @param source names the file or folder in errors
  /// @throws InvalidCheckpointException where a name is one that only such files have
  public static void refuseByNames(String source, Collection<String> tensors) {
    for (NamePattern known : PATTERNS) {
      Optional<String> tensor =
          tensors.stream().filter(known.pattern().asPredicate()).sorted().findFirst();
      if (tensor.isPresent()) {
        throw InvalidCheckpointException.ofTensor(
            source, tensor.get(), "shows that this is " + known.description());
      }
    }
  }

  /// Looks at `quantization_config` of a `config.json`.
  ///
  /// @param source names the config file in errors
  /// @return what it says of the weights
  /// @throws InvalidCheckpointException where the method packs weights into integers
  public static QuantizationConfig refuseByConfig(String source, byte[] config) {
    QuantizationConfig quantization = QuantizationConfig.parse(source, config);
    if (quantization.packed().isPresent()) {
      throw new InvalidCheckpointException(
          source, "says that this is " + packed(quantization.packed().get()));
    }
    return quantization;
  }

  private static String packed(String method) {
    return "a checkpoint quantized by "
        + method
        + ", whose weights are packed integers: take the checkpoint it was made from";
  }
}
