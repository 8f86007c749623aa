package dev.halcyon.tensors.adapters;

import dev.halcyon.tensors.InvalidCheckpointException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the name of an adapter's tensor says.
sealed interface AdapterKey {
  /// Wrapped around the base by PEFT.
  String PREFIX = "base_model.model.";

  /// One of a module's two low-rank matrices.
  ///
  /// @param module as the base calls it, but for a prefix
  /// @param first whether it is A, which takes the input
  /// @param embedding whether the module is an embedding
  record Factor(String module, boolean first, boolean embedding) implements AdapterKey {}

  /// A tensor that takes the place of one of the base, or is new: of `modules_to_save`, a bias, or
  /// the weight that an embedding's low-rank matrices are added to.
  ///
  /// @param name as the base calls it, but for a prefix
  record Whole(String name) implements AdapterKey {}

  /// A copy of the base's own that is not computed with.
  record Unused() implements AdapterKey {}

  /// Takes a name apart.
  ///
  /// @param source names the file in errors
  /// @throws InvalidCheckpointException where it belongs to what is not read
  static AdapterKey parse(String source, String tensor) {
    String key = tensor.startsWith(PREFIX) ? tensor.substring(PREFIX.length()) : tensor;
    Matcher factor = Names.FACTOR.matcher(key);
    if (factor.matches()) {
      return new Factor(
          factor.group("module"),
          factor.group("letter").equals("A"),
          factor.group("embedding") != null);
    }
    Names.unread(key)
        .ifPresent(kind -> {
          throw InvalidCheckpointException.ofTensor(
              source,
              tensor,
              "belongs to " + kind + ", which is not read: " + ConfigFields.mergeInstead());
        });
    return key.contains(".original_module.")
        ? new Unused()
        : new Whole(Names.WRAPPERS.matcher(key).replaceAll("."));
  }

  /// How PEFT spells them. Some trainers leave the adapter's name, `default`, inside.
  final class Names {
    static final Pattern FACTOR =
        Pattern.compile(
            "(?<module>.+)\\.lora_(?<embedding>embedding_)?(?<letter>[AB])"
                + "(\\.default)?(\\.weight)?");

    static final Pattern WRAPPERS =
        Pattern.compile("\\.(base_layer|modules_to_save(\\.default)?)\\.");

    private static final Pattern BIAS = Pattern.compile(".*\\.lora_[AB](\\.default)?\\.bias");

    private Names() {}

    static Optional<String> unread(String key) {
      if (BIAS.matcher(key).matches()) {
        return Optional.of("lora_bias, a bias beside the low-rank matrices");
      }
      if (key.contains(".lora_magnitude_vector")) {
        return Optional.of("DoRA");
      }
      if (key.contains(".token_adapter.") || key.contains("trainable_tokens_")) {
        return Optional.of("trainable tokens");
      }
      return key.contains(".lora_") || key.startsWith("lora_")
          ? Optional.of("a kind of LoRA that is not known")
          : Optional.empty();
    }
  }
}
