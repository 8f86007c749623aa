package dev.halcyon.services.fetcher;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The key of an expert's matrix, or of a stack of them.
///
/// @param layer what the layer's keys begin with, as `model.layers.3.`
/// @param block the mixture in the layer, as `mlp` or `block_sparse_moe`
/// @param expert its number; empty for the stack of all
/// @param part as `gate_proj`, `w1` or `gate_up_proj`
record ExpertNames(String layer, String block, Optional<Long> expert, String part) {
  static final String GATE_UP = "gate_up_proj";
  static final String DOWN = "down_proj";

  private static final Pattern ONE =
      Pattern.compile(
          "(.*\\.)?([^.]+)\\.experts\\.(\\d{1,6})\\.(gate_proj|up_proj|down_proj|w[123])\\.weight");
  private static final Pattern STACK =
      Pattern.compile("(.*\\.)?([^.]+)\\.experts\\.(gate_up_proj|down_proj)(\\.weight)?");

  /// How gate, up and down matrices are called, in that order.
  enum Spelling {
    PROJECTIONS("gate_proj", "up_proj", "down_proj"),
    NUMBERS("w1", "w3", "w2");

    private final String gate;
    private final String up;
    private final String down;

    Spelling(String gate, String up, String down) {
      this.gate = gate;
      this.up = up;
      this.down = down;
    }

    String gate() {
      return gate;
    }

    String up() {
      return up;
    }

    String down() {
      return down;
    }

    static Spelling of(String part) {
      return NUMBERS.parts().contains(part) ? NUMBERS : PROJECTIONS;
    }

    /// The same matrix spelt otherwise.
    String of(Spelling other, String part) {
      return parts().get(other.parts().indexOf(part));
    }

    private List<String> parts() {
      return List.of(gate, up, down);
    }
  }

  /// Takes a key apart; empty where it is no expert's.
  static Optional<ExpertNames> parse(String key) {
    Matcher one = ONE.matcher(key);
    if (one.matches()) {
      return Optional.of(of(one, Optional.of(Long.valueOf(one.group(3))), one.group(4)));
    }
    Matcher stack = STACK.matcher(key);
    return stack.matches()
        ? Optional.of(of(stack, Optional.empty(), stack.group(3)))
        : Optional.empty();
  }

  private static ExpertNames of(Matcher key, Optional<Long> expert, String part) {
    return new ExpertNames(key.group(1) == null ? "" : key.group(1), key.group(2), expert, part);
  }

  /// The key of one expert's matrix.
  static String key(String layer, String block, long expert, String part) {
    return layer + block + ".experts." + expert + "." + part + ".weight";
  }
}
