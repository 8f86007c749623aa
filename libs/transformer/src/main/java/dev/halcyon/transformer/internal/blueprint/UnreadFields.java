package dev.halcyon.transformer.internal.blueprint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.halcyon.transformer.UnsupportedModelException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The fields of a config that its architecture has not read, judged.
///
/// @param config that they are of
/// @param rules by which they are judged
record UnreadFields(ModelConfig config, FieldRules rules) {
  private static final int SHOWN = 60;

  static UnreadFields of(ModelConfig config, Architecture architecture) {
    return new UnreadFields(config, FieldRules.of(CommonFields.RULES, architecture.fieldRules()));
  }

  /// The unknown fields that were allowed, with their values.
  ///
  /// @throws UnsupportedModelException where another one changes what the model computes, or may
  Map<String, String> passedOver(Set<String> allowed) {
    Map<String, String> passedOver = new LinkedHashMap<>();
    List<String> changing = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    config
        .unread()
        .forEach((path, value) -> {
          switch (rules.effect(ruleName(path), value)) {
            case NONE -> {}
            case CHANGES -> changing.add(path + " is " + shown(value) + supported(path));
            case UNKNOWN -> {
              if (allowed.contains(path)) {
                passedOver.put(path, shown(value));
              } else {
                unknown.add(path + " is " + shown(value));
              }
            }
          }
        });
    refuseChanging(changing);
    refuseUnknown(unknown);
    return passedOver;
  }

  /// Fields of rotary embeddings mean the same in every spelling.
  private static String ruleName(String path) {
    return path.replaceFirst(
        "^(rope_scaling|rope_parameters)\\.((full|sliding)_attention\\.)?", "rope.");
  }

  private String supported(String path) {
    List<String> neutral = new ArrayList<>(rules.neutral(ruleName(path)));
    neutral.replaceAll(value -> value.equals("off") ? "false" : value);
    return " (supported: " + String.join(", ", neutral) + ")";
  }

  private void refuseChanging(List<String> fields) {
    if (!fields.isEmpty()) {
      throw new UnsupportedModelException(
          config.source(),
          String.join("; ", fields)
              + ": changes what the model computes, and is not supported for its architecture");
    }
  }

  private void refuseUnknown(List<String> fields) {
    if (!fields.isEmpty()) {
      String options =
          String.join(
              " ",
              fields.stream()
                  .map(field -> "--allow-config-field " + field.substring(0, field.indexOf(' ')))
                  .toList());
      throw new UnsupportedModelException(
          config.source(),
          String.join("; ", fields)
              + ": an unknown field, which may change what the model computes. Where it does not,"
              + " go on without it: "
              + options
              + " (`allow_config_fields` in a request)");
    }
  }

  private static String shown(JsonNode value) {
    String text = value.toString();
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }
}
