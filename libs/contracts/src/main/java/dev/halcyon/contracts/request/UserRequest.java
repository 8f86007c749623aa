package dev.halcyon.contracts.request;

import com.fasterxml.jackson.databind.JsonNode;
import dev.halcyon.contracts.json.InvalidMessageException;
import dev.halcyon.contracts.json.Json;

/// What a user may publish on `compare-requests`.
public sealed interface UserRequest permits CompareRequest, CancelRequest {
  /// Parses a request: JSON with the field `cancel` is a [CancelRequest], any other JSON a
  /// [CompareRequest].
  ///
  /// @throws InvalidMessageException where it is neither
  static UserRequest read(byte[] json) {
    return hasCancel(json)
        ? Json.read(json, CancelRequest.class)
        : Json.read(json, CompareRequest.class);
  }

  private static boolean hasCancel(byte[] json) {
    try {
      return Json.read(json, JsonNode.class).has("cancel");
    } catch (InvalidMessageException _) {
      return false;
    }
  }
}
