package dev.halcyon.tensors;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// What `quantization_config` of a `config.json` says of how weights are stored.
///
/// @param method `quant_method` in lower case; empty where weights are not quantized
/// @param packed name of the format, where it packs weights into integers
/// @param block rows and columns that share a scale, where it says so
public record QuantizationConfig(String method, Optional<String> packed, List<Long> block) {
  /// Of a model whose weights are not quantized.
  public static final QuantizationConfig NONE =
      new QuantizationConfig("", Optional.empty(), List.of());

  private static final List<String> FIELDS = List.of("quantization_config", "compression_config");

  private static final Map<String, String> PACKED_BY =
      Map.ofEntries(
          Map.entry("gptq", "GPTQ"),
          Map.entry("awq", "AWQ"),
          Map.entry("auto-round", "AutoRound"),
          Map.entry("aqlm", "AQLM"),
          Map.entry("hqq", "HQQ"),
          Map.entry("vptq", "VPTQ"),
          Map.entry("quip", "QuIP"),
          Map.entry("higgs", "HIGGS"),
          Map.entry("spqr", "SpQR"),
          Map.entry("bitnet", "BitNet"),
          Map.entry("eetq", "EETQ"),
          Map.entry("mxfp4", "MXFP4"),
          Map.entry("fp_quant", "FP-Quant"),
          Map.entry("bitsandbytes", "bitsandbytes"));

  public QuantizationConfig {
    block = List.copyOf(block);
  }

  /// Reads a `config.json`. An invalid one counts as one without quantization here.
  static QuantizationConfig parse(String source, byte[] config) {
    Map<String, Object> top = new LinkedHashMap<>();
    try {
      StrictJson.file(source, "config", config, json -> readFields(json, top));
    } catch (InvalidCheckpointException e) {
      return NONE;
    }
    return Stream.of(top, object(top, "text_config"))
        .flatMap(level -> FIELDS.stream().map(field -> object(level, field)))
        .filter(Predicate.not(Map::isEmpty))
        .findFirst()
        .map(QuantizationConfig::of)
        .orElse(NONE);
  }

  private static QuantizationConfig of(Map<String, Object> fields) {
    String method =
        Objects.toString(fields.get("quant_method"), "unknown").toLowerCase(Locale.ROOT);
    return new QuantizationConfig(method, packed(method, fields), block(fields));
  }

  private static Optional<String> packed(String method, Map<String, Object> fields) {
    String format = Objects.toString(fields.get("format"), "");
    String algorithm = Objects.toString(fields.get("quant_algo"), "").toUpperCase(Locale.ROOT);
    if (method.equals("compressed-tensors") && format.matches(".*(pack|int|marlin).*")) {
      return Optional.of("compressed-tensors (" + format + ")");
    }
    if (method.startsWith("modelopt") && !algorithm.isEmpty() && !algorithm.startsWith("FP8")) {
      return Optional.of(algorithm);
    }
    return Optional.ofNullable(PACKED_BY.get(method));
  }

  private static List<Long> block(Map<String, Object> fields) {
    List<Long> direct = sizes(fields.get("weight_block_size"));
    return direct.isEmpty()
        ? object(fields, "config_groups").values().stream()
            .filter(Map.class::isInstance)
            .map(group -> sizes(object(cast(group), "weights").get("block_structure")))
            .filter(Predicate.not(List::isEmpty))
            .findFirst()
            .orElse(List.of())
        : direct;
  }

  private static List<Long> sizes(Object value) {
    return value instanceof List<?> list
            && list.size() == 2
            && list.stream().allMatch(size -> size instanceof Long number && number > 0)
        ? list.stream().map(Long.class::cast).toList()
        : List.of();
  }

  private static Map<String, Object> object(Map<String, Object> fields, String name) {
    return fields.get(name) instanceof Map<?, ?> object ? cast(object) : Map.of();
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> cast(Object object) {
    return (Map<String, Object>) object;
  }

  /// Reads an object's fields, at the top only those that are needed.
  private static void readFields(JsonParser json, Map<String, Object> fields) throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      return;
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      if (FIELDS.contains(name) || name.equals("text_config")) {
        fields.put(name, value(json));
      } else {
        json.skipChildren();
      }
    }
  }

  private static Object value(JsonParser json) throws IOException {
    return switch (json.currentToken()) {
      case START_OBJECT -> {
        Map<String, Object> fields = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String name = json.currentName();
          json.nextToken();
          fields.put(name, value(json));
        }
        yield fields;
      }
      case START_ARRAY -> {
        List<Object> elements = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          elements.add(value(json));
        }
        yield elements;
      }
      case VALUE_NUMBER_INT -> json.getBigIntegerValue().longValue();
      default -> Objects.toString(json.getText(), "");
    };
  }
}
