package dev.halcyon.transformer.internal.blueprint;

import dev.halcyon.transformer.UnsupportedModelException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// All architectures that are computed.
public final class Architectures {
  private static final List<Architecture> ALL =
      List.of(
          new Llama(),
          new Mistral("mistral"),
          new Mistral("ministral"),
          new Qwen2(),
          new Qwen3(),
          new Gpt2(),
          new GptNeox(),
          new Gemma2(),
          new Gemma3Text(),
          new Phi3(),
          new Olmo2());

  private static final Map<String, Architecture> BY_TYPE =
      ALL.stream()
          .collect(Collectors.toUnmodifiableMap(Architecture::modelType, Function.identity()));

  /// Of `quantization_config`, those that store 8-bit floats, with scales beside them.
  private static final List<String> FLOAT_METHODS =
      List.of("fp8", "fbgemm_fp8", "compressed-tensors", "modelopt");

  private Architectures() {}

  /// Reads the blueprint of the config's architecture.
  ///
  /// @param allowed fields to pass over although what they do is not known
  /// @throws UnsupportedModelException where the architecture, a field of the config or a
  ///   combination of fields is not supported
  public static ReadConfig read(ModelConfig config, TensorNames names, Set<String> allowed) {
    String type =
        config
            .text("model_type")
            .orElseThrow(() -> config.problem("model_type", "is missing. " + supported()));
    Architecture architecture = BY_TYPE.get(type);
    if (architecture == null) {
      throw config.problem("model_type", "is " + type + ". " + supported());
    }
    refuseEverywhere(config);
    SavedClass saved = SavedClass.of(config);
    Blueprint blueprint = architecture.read(config, names);
    saved.require(blueprint, names, allowed);
    Map<String, String> passedOver = UnreadFields.of(config, architecture).passedOver(allowed);
    passedOver.putAll(saved.passedOver());
    return new ReadConfig(blueprint, passedOver, saved.remark(blueprint));
  }

  /// A sentence that lists the architectures.
  static String supported() {
    return "Supported architectures: "
        + ALL.stream().map(Architecture::modelType).collect(Collectors.joining(", "));
  }

  private static void refuseEverywhere(ModelConfig config) {
    config.object("quantization_config").ifPresent(Architectures::requireFloats);
  }

  /// Weights of 8-bit floats come with their scales applied.
  private static void requireFloats(ModelConfig quantization) {
    String method = quantization.text("quant_method").orElse("");
    quantization.readAll();
    if (!FLOAT_METHODS.contains(method)) {
      throw quantization.problem(
          "quant_method",
          "is "
              + (method.isEmpty() ? "missing" : method)
              + ": weights quantised so are not supported, those of 8-bit floats are ("
              + String.join(", ", FLOAT_METHODS)
              + ")");
    }
  }
}
