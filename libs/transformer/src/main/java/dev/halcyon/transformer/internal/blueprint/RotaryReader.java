package dev.halcyon.transformer.internal.blueprint;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads rotary embeddings in both spellings of `config.json`: `rope_theta` and `rope_scaling` of
/// transformers 4, `rope_parameters` of transformers 5.
///
/// The formulas are those of transformers 5 (`modeling_rope_utils.py`), rounded to float32 where it
/// does so.
final class RotaryReader {
  private final ModelConfig config;
  private final int headSize;
  private double theta = 10_000;
  private boolean partial;
  private double fraction = 1;
  private int originalLength;
  private Map<String, String> renamed = Map.of("su", "longrope");
  private Set<String> allowed =
      Set.of("default", "linear", "dynamic", "yarn", "llama3", "longrope");

  /// @param headSize width of a head
  RotaryReader(ModelConfig config, int headSize) {
    this.config = config;
    this.headSize = headSize;
  }

  /// The base where the config names none.
  RotaryReader theta(double otherwise) {
    theta = otherwise;
    return this;
  }

  /// Lets the config rotate a part of each head only.
  RotaryReader partial(double otherwise) {
    partial = true;
    fraction = otherwise;
    return this;
  }

  /// The kinds of scaling that the architecture knows.
  RotaryReader allow(Set<String> kinds) {
    allowed = kinds;
    return this;
  }

  /// Kinds that mean another one here, beside `su`, which always means `longrope`.
  RotaryReader rename(Map<String, String> kinds) {
    renamed = new HashMap<>(renamed);
    renamed.putAll(kinds);
    return this;
  }

  /// The pretraining length where the config names none.
  RotaryReader originalLength(int otherwise) {
    originalLength = otherwise;
    return this;
  }

  /// The one rotary embedding of a model.
  Rotary read() {
    Optional<ModelConfig> scaling = config.object("rope_scaling");
    Optional<ModelConfig> fields = scaling.or(() -> config.object("rope_parameters"));
    config.accept("rope_parameters");
    config.accept("original_max_position_embeddings");
    double base = config.positive("rope_theta", theta);
    double part = partialFactor(config, fraction);
    return read(fields, base, part);
  }

  /// A rotary embedding of its own parameters, or the plain one.
  ///
  /// @param scaling `rope_scaling`, `rope_parameters` or a part of it
  /// @param base where they name none
  Rotary read(Optional<ModelConfig> scaling, double base) {
    return read(scaling, base, fraction);
  }

  private Rotary read(Optional<ModelConfig> scaling, double base, double part) {
    if (scaling.isEmpty()) {
      return plain(base, width(part));
    }
    ModelConfig fields = scaling.get();
    String kind = kind(fields);
    double ownBase = fields.positive("rope_theta", base);
    int width = width(partialFactor(fields, part));
    return scaled(kind, fields, ownBase, width);
  }

  private String kind(ModelConfig fields) {
    Optional<String> older = fields.text("type");
    String kind = fields.text("rope_type").or(() -> older).orElse("default");
    String name = renamed.getOrDefault(kind, kind);
    if (!allowed.contains(name)) {
      throw fields.problem(
          "rope_type",
          "is "
              + kind
              + ", supported here: "
              + String.join(", ", allowed.stream().sorted().toList()));
    }
    return name;
  }

  private Rotary scaled(String kind, ModelConfig fields, double base, int width) {
    return switch (kind) {
      case "linear" -> linear(base, width, fields.positive("factor"));
      case "dynamic" -> dynamic(base, width, fields.positive("factor"), longest());
      case "yarn" -> yarn(base, width, fields);
      case "llama3" -> llama3(base, width, fields);
      case "longrope" -> longrope(base, width, fields);
      default -> plain(base, width);
    };
  }

  private double partialFactor(ModelConfig fields, double otherwise) {
    double value = fields.positive("partial_rotary_factor", otherwise);
    if (value > 1 || (!partial && value != 1)) {
      throw fields.problem(
          "partial_rotary_factor", "is " + value + ", which is not supported here");
    }
    return value;
  }

  private int width(double part) {
    int width = (int) (headSize * part);
    if (width % 2 != 0 || width == 0) {
      throw config.problem(
          "partial_rotary_factor",
          "leaves " + width + " entries of a head to rotate, not an even number");
    }
    return width;
  }

  private int longest() {
    return config.size("max_position_embeddings");
  }

  /// The pretraining length; beside the scaling it wins over the one inside.
  private int originalLength(ModelConfig fields) {
    int inside = fields.size("original_max_position_embeddings", 0);
    int beside = config.size("original_max_position_embeddings", originalLength);
    if (beside > 0) {
      return beside;
    }
    return inside > 0 ? inside : longest();
  }

  private static Rotary plain(double base, int width) {
    return new FixedRotary(inverseFrequencies(base, width), 1);
  }

  private static Rotary linear(double base, int width, double factor) {
    float[] frequencies = inverseFrequencies(base, width);
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] /= (float) factor;
    }
    return new FixedRotary(frequencies, 1);
  }

  /// NTK-aware scaling: the base grows with sequences beyond the longest.
  private static Rotary dynamic(double base, int width, double factor, int longest) {
    return new LengthwiseRotary(
        width / 2,
        1,
        length -> {
          double reach = Math.max(length, longest);
          double growth = factor * reach / longest - (factor - 1);
          return inverseFrequencies(base * Math.pow(growth, width / (width - 2.0)), width);
        });
  }

  /// Peng et al. 2023.
  private Rotary yarn(double base, int width, ModelConfig fields) {
    int original = originalLength(fields);
    double factor =
        fields.positive(
            "factor", (double) config.size("max_position_embeddings", original) / original);
    double scale = yarnScale(fields, factor);
    double fast = fields.positive("beta_fast", 32);
    double slow = fields.positive("beta_slow", 1);
    boolean truncate = fields.flag("truncate", true);
    double low = correction(fast, width, base, original);
    double high = correction(slow, width, base, original);
    low = Math.max(truncate ? Math.floor(low) : low, 0);
    high = Math.min(truncate ? Math.ceil(high) : high, width - 1);
    high = low == high ? high + 0.001 : high;
    float[] frequencies = inverseFrequencies(base, width);
    for (int i = 0; i < frequencies.length; i++) {
      double interpolated = Math.clamp((i - low) / (high - low), 0, 1);
      double plain = frequencies[i];
      frequencies[i] = (float) (plain / factor * interpolated + plain * (1 - interpolated));
    }
    return new FixedRotary(frequencies, scale);
  }

  private static double yarnScale(ModelConfig fields, double factor) {
    double given = fields.positive("attention_factor", 0);
    double mscale = fields.number("mscale", 0);
    double mscaleAll = fields.number("mscale_all_dim", 0);
    if (given > 0) {
      return given;
    }
    return mscale != 0 && mscaleAll != 0
        ? magnitude(factor, mscale) / magnitude(factor, mscaleAll)
        : magnitude(factor, 1);
  }

  private static double magnitude(double factor, double mscale) {
    return factor <= 1 ? 1 : 0.1 * mscale * Math.log(factor) + 1;
  }

  /// The entry of a head that turns so many times within the pretraining length.
  private static double correction(double turns, int width, double base, int length) {
    return width * Math.log(length / (turns * 2 * Math.PI)) / (2 * Math.log(base));
  }

  /// Llama 3.1: long waves are stretched, short ones kept, those between interpolated.
  private Rotary llama3(double base, int width, ModelConfig fields) {
    float factor = (float) fields.positive("factor");
    double lowFactor = fields.positive("low_freq_factor");
    double highFactor = fields.positive("high_freq_factor");
    double original = originalLength(fields);
    float[] frequencies = inverseFrequencies(base, width);
    for (int i = 0; i < frequencies.length; i++) {
      float wave = (float) (2 * Math.PI) / frequencies[i];
      if (wave > original / lowFactor) {
        frequencies[i] /= factor;
      } else if (wave >= original / highFactor) {
        float smooth = (float) ((original / wave - lowFactor) / (highFactor - lowFactor));
        frequencies[i] = (1 - smooth) * frequencies[i] / factor + smooth * frequencies[i];
      }
    }
    return new FixedRotary(frequencies, 1);
  }

  /// Ding et al. 2024: one set of factors up to the pretraining length, another beyond it.
  private Rotary longrope(double base, int width, ModelConfig fields) {
    int original = originalLength(fields);
    float[] shorter = fields.positives("short_factor", width / 2);
    float[] longer = fields.positives("long_factor", width / 2);
    double factor = fields.positive("factor", (double) longest() / original);
    double otherwise = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original));
    double scale = fields.positive("attention_factor", otherwise);
    return new LengthwiseRotary(
        width / 2,
        scale,
        length -> divided(powers(base, width), length > original ? longer : shorter));
  }

  private static float[] divided(float[] powers, float[] factors) {
    float[] frequencies = new float[powers.length];
    for (int i = 0; i < powers.length; i++) {
      frequencies[i] = 1 / (factors[i] * powers[i]);
    }
    return frequencies;
  }

  private static float[] inverseFrequencies(double base, int width) {
    float[] frequencies = powers(base, width);
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = 1 / frequencies[i];
    }
    return frequencies;
  }

  /// `base^(2 i / width)`.
  private static float[] powers(double base, int width) {
    float[] powers = new float[width / 2];
    for (int i = 0; i < powers.length; i++) {
      powers[i] = (float) Math.pow(base, 2f * i / width);
    }
    return powers;
  }
}
