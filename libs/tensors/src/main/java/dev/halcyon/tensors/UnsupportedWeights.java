package dev.halcyon.tensors;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;

/// Tells safetensors files whose numbers are not a model's weights: adapters, and weights packed by
/// a quantization method, which would compare as noise.
public final class UnsupportedWeights {
  static final String ADAPTER =
      "a LoRA (PEFT) adapter, not a model: merge it into its base model (merge_and_unload in PEFT),"
          + " save that, and give the merged folder";

  private static final Map<String, String> PACKED_BY =
      Map.of(
          "gptq", "GPTQ",
          "awq", "AWQ",
          "auto-round", "AutoRound",
          "aqlm", "AQLM",
          "hqq", "HQQ",
          "vptq", "VPTQ",
          "quip", "QuIP",
          "bitsandbytes", "bitsandbytes");

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

  /// Looks at `quantization_config.quant_method` of a `config.json`. One that is not strict JSON is
  /// left to whoever needs the rest of it.
  ///
  /// @param source names the config file in errors
  /// @throws InvalidCheckpointException where the method packs weights into integers
  public static void refuseByConfig(String source, byte[] config) {
    String method = quantizationMethod(source, config);
    String name = method == null ? null : PACKED_BY.get(method.toLowerCase(Locale.ROOT));
    if (name != null) {
      throw new InvalidCheckpointException(source, "says that this is " + packed(name));
    }
  }

  private static String packed(String method) {
    return "a checkpoint quantized by "
        + method
        + ", whose weights are packed integers: take the checkpoint it was made from";
  }

  private static String quantizationMethod(String source, byte[] config) {
    AtomicReference<String> method = new AtomicReference<>();
    try {
      StrictJson.read(source, "config", config, json -> readConfig(json, method));
    } catch (InvalidCheckpointException e) {
      return null;
    }
    return method.get();
  }

  private static void readConfig(JsonParser json, AtomicReference<String> method)
      throws IOException {
    json.nextToken();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      boolean quantization = json.currentName().equals("quantization_config");
      if (json.nextToken() == JsonToken.START_OBJECT && quantization) {
        readQuantization(json, method);
      } else {
        json.skipChildren();
      }
    }
  }

  private static void readQuantization(JsonParser json, AtomicReference<String> method)
      throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      boolean named = json.currentName().equals("quant_method");
      if (json.nextToken() == JsonToken.VALUE_STRING && named) {
        method.set(json.getText());
      }
      json.skipChildren();
    }
  }
}
