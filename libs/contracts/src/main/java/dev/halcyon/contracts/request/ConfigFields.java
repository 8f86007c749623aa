package dev.halcyon.contracts.request;

import dev.halcyon.contracts.json.InvalidMessageException;
import java.util.List;

/// Names of fields of `config.json` in requests.
final class ConfigFields {
  private ConfigFields() {}

  /// Sorted, each once: their order makes no other request.
  static List<String> of(List<String> names) {
    if (names == null) {
      return List.of();
    }
    if (names.stream().anyMatch(name -> name == null || name.isBlank())) {
      throw new InvalidMessageException("`allow_config_fields` contains a blank name");
    }
    return names.stream().sorted().distinct().toList();
  }
}
