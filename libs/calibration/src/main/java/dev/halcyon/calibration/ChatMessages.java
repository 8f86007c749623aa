package dev.halcyon.calibration;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The text of a conversation: the contents of its messages, in order, joined by a newline. Roles
/// are left out, and no tokenizer's chat template is applied.
///
/// A message is an object with `content`, or with `value` as ShareGPT has it: a string, `null`, or
/// a list of parts of which those with a `text` count.
final class ChatMessages {
  static final String NOTE =
      "contents of chat messages are joined by a newline; roles and the tokenizer's chat template"
          + " are not applied";

  private ChatMessages() {}

  /// The text; empty where the values are not messages.
  static Optional<String> text(List<?> values) {
    List<String> contents = new ArrayList<>();
    for (Object value : values) {
      Optional<List<String>> content = content(value);
      if (content.isEmpty()) {
        return Optional.empty();
      }
      contents.addAll(content.get());
    }
    return Optional.of(String.join("\n", contents));
  }

  private static Optional<List<String>> content(Object message) {
    if (!(message instanceof Map<?, ?> fields)) {
      return Optional.empty();
    }
    String name = fields.containsKey("content") ? "content" : "value";
    return switch (fields.get(name)) {
      case String text -> Optional.of(List.of(text));
      case List<?> parts -> Optional.of(texts(parts));
      case null -> fields.containsKey(name) ? Optional.of(List.of()) : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static List<String> texts(List<?> parts) {
    List<String> texts = new ArrayList<>();
    for (Object part : parts) {
      if (part instanceof Map<?, ?> fields && fields.get("text") instanceof String text) {
        texts.add(text);
      }
    }
    return texts;
  }
}
