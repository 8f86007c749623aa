package dev.halcyon.calibration;

import com.fasterxml.jackson.core.JsonToken;
import java.util.List;

/// The text of a value that a sample's field or column holds.
///
/// @param collector that counts chats
/// @param what the value is in errors, as `field text`
record FieldText(SampleCollector collector, String what) {
  /// The text, or null where the value is null.
  ///
  /// @param where named in the error
  /// @throws CalibrationException where the value is neither text nor a list of chat messages
  String of(Object value, String where) {
    return switch (value) {
      case null -> null;
      case String text -> text;
      case List<?> list -> chat(list, where);
      default -> throw refused(value, where, "a string");
    };
  }

  private String chat(List<?> messages, String where) {
    String text =
        ChatMessages.text(messages)
            .orElseThrow(
                () -> refused(messages, where, "a string or a list of chat messages with content"));
    collector.note(ChatMessages.NOTE);
    return text;
  }

  private CalibrationException refused(Object value, String where, String wanted) {
    return new CalibrationException(
        where, "%s is %s, not %s".formatted(what, described(value), wanted));
  }

  private static String described(Object value) {
    return switch (value) {
      case JsonToken token when token.isBoolean() -> "a truth value";
      case JsonToken _ -> "a number";
      case List<?> _ -> "an array";
      default -> "an object";
    };
  }
}
