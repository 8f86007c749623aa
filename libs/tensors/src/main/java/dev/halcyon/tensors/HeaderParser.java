package dev.halcyon.tensors;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.halcyon.tensors.SafetensorsHeader.Entry;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// Reads the JSON of a header into its tensors and metadata, each checked by itself; how the
/// tensors lie together is not its business.
final class HeaderParser {
  private final String source;
  private final byte[] bytes;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private Map<String, String> metadata = Map.of();

  HeaderParser(String source, byte[] bytes) {
    this.source = source;
    this.bytes = bytes;
  }

  void parse() {
    if (bytes.length == 0 || bytes[0] != '{') {
      throw problem("header does not begin with {");
    }
    StrictJson.header(source, bytes, this::document);
  }

  Map<String, Entry> entries() {
    return entries;
  }

  Map<String, String> metadata() {
    return metadata;
  }

  private void document(JsonParser json) throws IOException {
    json.nextToken();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      if (name.equals(HeaderJson.METADATA)) {
        metadata = readMetadata(json);
      } else {
        checkName(name);
        entries.put(name, new EntryParser(source, name, bytes.length, json).parse());
      }
    }
    if (json.nextToken() != null) {
      throw problem("header has content after its closing brace");
    }
  }

  private void checkName(String name) {
    if (name.isEmpty()) {
      throw problem("header has a tensor without a name");
    }
    if (name.length() > SafetensorsHeader.MAX_NAME_LENGTH) {
      throw InvalidCheckpointException.ofTensor(
          source, name, "the name has " + name.length() + " characters");
    }
    if (Printable.hasUnprintable(name)) {
      throw InvalidCheckpointException.ofTensor(
          source,
          name,
          "the name holds control or formatting characters, or half a surrogate pair");
    }
  }

  private Map<String, String> readMetadata(JsonParser json) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return Map.of();
    }
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw problem(HeaderJson.METADATA + " is not an object");
    }
    Map<String, String> read = new LinkedHashMap<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      if (json.nextToken() != JsonToken.VALUE_STRING) {
        throw problem(HeaderJson.METADATA + " entry " + Printable.of(key) + " is not a string");
      }
      read.put(whole(key), whole(json.getText()));
    }
    return Collections.unmodifiableMap(read);
  }

  /// The text, which escapes may have filled with halves of surrogate pairs that no UTF-8 can hold.
  private String whole(String text) {
    if (Printable.hasHalfPair(text)) {
      throw problem(HeaderJson.METADATA + " holds half a surrogate pair: " + Printable.of(text));
    }
    return text;
  }

  private InvalidCheckpointException problem(String problem) {
    return new InvalidCheckpointException(source, problem);
  }
}
