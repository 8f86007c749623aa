package dev.halcyon.tensors.adapters;

import dev.halcyon.tensors.InvalidCheckpointException;
import dev.halcyon.tensors.JsonValues;
import dev.halcyon.tensors.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What `adapter_config.json` says about a LoRA adapter's computation (PEFT's `LoraConfig`).
///
/// Which modules are targeted is not read from it: the adapter's tensors say so.
public final class AdapterConfig {
  private static final long DEFAULT_RANK = 8;
  private static final double DEFAULT_ALPHA = 8;

  /// A value for the modules whose names a pattern matches.
  private record ForModules<T>(ModulePattern modules, T value) {}

  private final long rank;
  private final double alpha;
  private final boolean rankStabilized;
  private final boolean fanInFanOut;
  private final Optional<String> base;
  private final List<ForModules<Long>> ranks;
  private final List<ForModules<Double>> alphas;

  private AdapterConfig(ConfigFields fields) {
    this.rank = fields.rank("r").orElse(DEFAULT_RANK);
    this.alpha = fields.number("lora_alpha").orElse(DEFAULT_ALPHA);
    this.rankStabilized = fields.flag("use_rslora");
    this.fanInFanOut = fields.flag("fan_in_fan_out");
    this.base = fields.text("base_model_name_or_path");
    this.ranks = patterns(fields.source(), fields.ranks("rank_pattern"));
    this.alphas = patterns(fields.source(), fields.numbers("alpha_pattern"));
  }

  /// Reads a config.
  ///
  /// @param source names the file in errors
  /// @throws InvalidCheckpointException where it is not the config of a LoRA adapter, or of one
  ///   with an option that changes the computation and is not handled
  public static AdapterConfig parse(String source, byte[] json) {
    ConfigFields fields =
        new ConfigFields(source, JsonValues.object(source, AdapterFiles.CONFIG, json));
    fields.refuseUnhandled();
    return new AdapterConfig(fields);
  }

  private static <T> List<ForModules<T>> patterns(String source, Map<String, T> values) {
    List<ForModules<T>> patterns = new ArrayList<>();
    values.forEach(
        (key, value) -> patterns.add(new ForModules<>(new ModulePattern(source, key), value)));
    return patterns;
  }

  /// What the product of a module's matrices is multiplied by: alpha / r, or alpha / sqrt(r) where
  /// it is rank-stabilized (Kalajdzievski 2023, "A rank stabilization scaling factor for
  /// fine-tuning with LoRA").
  double scaling(String module) {
    double moduleAlpha = valueFor(module, alphas, alpha);
    double moduleRank = rank(module);
    return moduleAlpha / (rankStabilized ? Math.sqrt(moduleRank) : moduleRank);
  }

  /// The rank of a module's matrices.
  long rank(String module) {
    return valueFor(module, ranks, rank);
  }

  private static <T> T valueFor(String module, List<ForModules<T>> patterns, T otherwise) {
    for (ForModules<T> pattern : patterns) {
      if (pattern.modules().matches(module)) {
        return pattern.value();
      }
    }
    return otherwise;
  }

  /// Whether weights are stored as `[in, out]`, where a weight's shape does not tell.
  boolean fanInFanOut() {
    return fanInFanOut;
  }

  /// The base that the adapter was trained on, by the name that its author had for it.
  Optional<String> base() {
    return base.map(Printable::of);
  }
}
