package dev.halcyon.tensors;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Tells safetensors files whose numbers are not a model's weights: adapters, and weights packed by
/// a quantization method, which would compare as noise.
public final class UnsupportedWeights {
  static final String ADAPTER =
      "a LoRA (PEFT) adapter, a change of a base model: give the base's folder as the base and the"
          + " adapter's folder as a fine-tune of it, or merge the two (merge_and_unload in PEFT),"
          + " save that, and give the merged folder";

  private static final Set<DType> ANY = EnumSet.allOf(DType.class);
  private static final Set<DType> BYTES = EnumSet.of(DType.U8);
  private static final List<String> SCALES =
      List.of("weight_scale", "weight_scale_inv", "scale", "scales");

  /// The first that fits says what the checkpoint is.
  private static final List<Sign> SIGNS =
      List.of(
          new Sign("\\.lora_[AB]\\.|\\.lora_(up|down)\\.", ANY, List.of(), ADAPTER),
          new Sign("\\.(qweight|qzeros)$", ANY, List.of(), packed("GPTQ or AWQ")),
          new Sign("\\.weight_packed$", ANY, List.of(), packed("compressed-tensors")),
          new Sign("\\.weight_scale_2$", ANY, List.of(), packed("NVFP4")),
          new Sign("[._]blocks$", BYTES, List.of("scales"), packed("MXFP4")),
          new Sign(
              "\\.quant_state\\.bitsandbytes__|\\.SCB$|\\.weight\\.(absmax|quant_map)$",
              ANY,
              List.of(),
              packed("bitsandbytes")),
          new Sign("\\.W_q$", ANY, List.of(), packed("HQQ")),
          new Sign("\\.codebooks$", ANY, List.of(), packed("AQLM")),
          new Sign("\\.weight\\._data$", ANY, List.of(), packed("Quanto")),
          new Sign("\\.(q_weight|trellis)$", ANY, List.of(), packed("EXL2 or EXL3")),
          new Sign("\\.weight$", EnumSet.of(DType.U32), List.of("scales"), packed("MLX")),
          new Sign("\\.weight$", EnumSet.of(DType.I8), SCALES, packed("int8 (W8A8)")),
          new Sign("\\.weight$", BYTES, SCALES, packed("4 bits")));

  private UnsupportedWeights() {}

  /// What shows that a checkpoint is of some kind.
  ///
  /// @param name of a tensor
  /// @param types of that tensor
  /// @param beside last parts of the names of tensors of which one lies beside it; none is needed
  ///   where it is empty
  /// @param description of the kind
  private record Sign(Pattern name, Set<DType> types, List<String> beside, String description) {
    Sign(String name, Set<DType> types, List<String> beside, String description) {
      this(Pattern.compile(name), types, beside, description);
    }

    Optional<String> tensor(Map<String, DType> tensors) {
      return tensors.entrySet().stream()
          .filter(tensor -> types.contains(tensor.getValue()))
          .map(Map.Entry::getKey)
          .filter(name.asPredicate())
          .filter(tensor -> beside.isEmpty() || isBeside(tensor, tensors.keySet()))
          .sorted()
          .findFirst();
    }

    private boolean isBeside(String tensor, Set<String> all) {
      String module = tensor.replaceFirst("[a-z]+$", "");
      return beside.stream().anyMatch(part -> all.contains(module + part));
    }
  }

  /// Looks at a file's tensors.
  ///
  /// @param source names the file in errors
  /// @param tensors types of them, by name
  /// @throws InvalidCheckpointException where one is such as only other files than a model's, or
  ///   packed weights, have
  public static void refuseByTensors(String source, Map<String, DType> tensors) {
    for (Sign sign : SIGNS) {
      Optional<String> tensor = sign.tensor(tensors);
      if (tensor.isPresent()) {
        throw InvalidCheckpointException.ofTensor(
            source, tensor.get(), "shows that this is " + sign.description());
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
