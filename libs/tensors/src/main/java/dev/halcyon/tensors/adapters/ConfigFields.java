package dev.halcyon.tensors.adapters;

import dev.halcyon.tensors.InvalidCheckpointException;
import dev.halcyon.tensors.Printable;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiFunction;

/// The fields of an `adapter_config.json`, and which of them change what an adapter computes.
///
/// @param source names the file in errors
record ConfigFields(String source, Map<String, Object> fields) {
  private static final String LORA = "LORA";

  /// Read by [AdapterConfig].
  private static final Set<String> COMPUTED =
      Set.of(
          "peft_type",
          "r",
          "lora_alpha",
          "use_rslora",
          "rank_pattern",
          "alpha_pattern",
          "fan_in_fan_out",
          "init_lora_weights");

  /// Say what was trained, which the tensors say too, or how.
  private static final Set<String> HARMLESS =
      Set.of(
          "task_type",
          "auto_mapping",
          "peft_version",
          "base_model_name_or_path",
          "base_model_class",
          "parent_library",
          "revision",
          "inference_mode",
          "target_modules",
          "exclude_modules",
          "lora_dropout",
          "bias",
          "modules_to_save",
          "layers_to_transform",
          "layers_pattern",
          "megatron_core",
          "qalora_group_size",
          "runtime_config",
          "ensure_weight_tying",
          "loftq_config",
          "eva_config",
          "corda_config",
          "lora_ga_config",
          "velora_config");

  /// Change the computation and are not handled, with what they are.
  private static final Map<String, String> UNHANDLED =
      Map.ofEntries(
          Map.entry("use_dora", "DoRA"),
          Map.entry("use_qalora", "QALoRA"),
          Map.entry("use_bdlora", "BD-LoRA"),
          Map.entry("lora_bias", "a bias beside the low-rank matrices"),
          Map.entry("target_parameters", "LoRA on parameters, not modules"),
          Map.entry("trainable_token_indices", "trainable tokens"),
          Map.entry("layer_replication", "replicated layers"),
          Map.entry("alora_invocation_tokens", "activated LoRA"),
          Map.entry("arrow_config", "Arrow routing"),
          Map.entry("monteclora_config", "MonteCLoRA"),
          Map.entry("kasa_config", "KaSA"),
          Map.entry("megatron_config", "Megatron's parallel layers"),
          Map.entry("enable_lora", "LoRA on parts of a merged layer"));

  /// Ways to begin that leave the base's weights as they are. All others (PiSSA, OLoRA, CorDA,
  /// LoRA-GA, LoftQ) take something off them, so that the adapter is a change to a base that no
  /// file holds.
  private static final Set<String> BASE_UNCHANGED =
      Set.of("true", "false", "gaussian", "eva", "orthogonal", "mica");

  /// @throws InvalidCheckpointException where the adapter is of another kind, or a field changes
  ///   the computation and is not handled
  void refuseUnhandled() {
    refuseOtherKinds();
    for (Map.Entry<String, Object> field : fields.entrySet()) {
      String name = field.getKey();
      if (!COMPUTED.contains(name) && !HARMLESS.contains(name) && !isNeutral(field.getValue())) {
        throw unhandled(name, field.getValue());
      }
    }
    Object start = fields.get("init_lora_weights");
    if (start != null && !BASE_UNCHANGED.contains(String.valueOf(start))) {
      throw problem(
          "init_lora_weights is %s, which changes the base's weights before training, and those are not in the adapter: convert it with PEFT (path_initial_model_for_weight_conversion), or merge it"
              .formatted(shown(start)));
    }
  }

  private void refuseOtherKinds() {
    Object type = fields.get("peft_type");
    if (type == null) {
      throw problem("has no peft_type: it is not the config of a PEFT adapter");
    }
    if (!LORA.equals(type)) {
      throw problem(
          "peft_type is %s, and only LORA is read: %s".formatted(shown(type), mergeInstead()));
    }
  }

  private InvalidCheckpointException unhandled(String field, Object value) {
    String kind = UNHANDLED.get(field);
    return problem(
        kind == null
            ? "field %s is %s, which may change what the adapter computes, and nothing here handles it: %s"
                .formatted(Printable.of(field), shown(value), mergeInstead())
            : "field %s is %s: %s is not read; %s"
                .formatted(field, shown(value), kind, mergeInstead()));
  }

  static String mergeInstead() {
    return "merge the adapter into its base with PEFT (merge_and_unload), save that, and give the"
        + " merged folder";
  }

  /// Off, empty or nothing.
  private static boolean isNeutral(Object value) {
    return switch (value) {
      case null -> true;
      case Boolean on -> !on;
      case Number number -> number.doubleValue() == 0;
      case String text -> text.isEmpty();
      case Collection<?> list -> list.isEmpty();
      case Map<?, ?> map -> map.isEmpty();
      default -> false;
    };
  }

  /// A whole number of at least 1.
  OptionalLong rank(String field) {
    return fields.get(field) == null
        ? OptionalLong.empty()
        : OptionalLong.of(rank(field, fields.get(field)));
  }

  OptionalDouble number(String field) {
    return fields.get(field) == null
        ? OptionalDouble.empty()
        : OptionalDouble.of(number(field, fields.get(field)));
  }

  /// Ranks by the modules' pattern, in the order of the config.
  Map<String, Long> ranks(String field) {
    return map(field, this::rank);
  }

  /// Numbers by the modules' pattern, in the order of the config.
  Map<String, Double> numbers(String field) {
    return map(field, this::number);
  }

  private <T> Map<String, T> map(String field, BiFunction<String, Object, T> read) {
    Map<String, T> values = new LinkedHashMap<>();
    switch (fields.get(field)) {
      case null -> {}
      case Map<?, ?> map ->
          map.forEach(
              (name, value) -> values.put((String) name, read.apply(field + "." + name, value)));
      default -> throw problem("field " + field + " is not an object");
    }
    return values;
  }

  boolean flag(String field) {
    return switch (fields.get(field)) {
      case null -> false;
      case Boolean on -> on;
      default -> throw problem("field " + field + " is neither true nor false");
    };
  }

  Optional<String> text(String field) {
    return fields.get(field) instanceof String text ? Optional.of(text) : Optional.empty();
  }

  private double number(String field, Object value) {
    if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
      return number.doubleValue();
    }
    throw problem("field %s is %s, not a number".formatted(Printable.of(field), shown(value)));
  }

  private long rank(String field, Object value) {
    if (value instanceof Long rank && rank > 0) {
      return rank;
    }
    throw problem("field %s is %s, not a rank".formatted(Printable.of(field), shown(value)));
  }

  private static String shown(Object value) {
    return Printable.of(String.valueOf(value));
  }

  private InvalidCheckpointException problem(String problem) {
    return new InvalidCheckpointException(source, problem);
  }
}
