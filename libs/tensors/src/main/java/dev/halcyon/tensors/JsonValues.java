package dev.halcyon.tensors;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A small JSON document as Java values: [Map] (in the order of the document), [List], [String],
/// [Double], [Long], [Boolean] and null. Integers that a `long` does not hold are doubles.
public final class JsonValues {
  private JsonValues() {}

  /// Reads an object.
  ///
  /// @param source names the file in errors
  /// @param document what the bytes are, as `adapter_config.json`
  /// @throws InvalidCheckpointException where the bytes are not one JSON object
  public static Map<String, Object> object(String source, String document, byte[] json) {
    Map<String, Object> fields = new LinkedHashMap<>();
    StrictJson.file(
        source,
        document,
        json,
        parser -> {
          if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new InvalidCheckpointException(source, document + " is not a JSON object");
          }
          fields.putAll(object(parser));
          if (parser.nextToken() != null) {
            throw new InvalidCheckpointException(
                source, document + " has content after its closing brace");
          }
        });
    return Collections.unmodifiableMap(fields);
  }

  private static Map<String, Object> object(JsonParser json) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      fields.put(name, value(json));
    }
    return Collections.unmodifiableMap(fields);
  }

  private static List<Object> array(JsonParser json) throws IOException {
    List<Object> values = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      values.add(value(json));
    }
    return Collections.unmodifiableList(values);
  }

  private static Object value(JsonParser json) throws IOException {
    return switch (json.currentToken()) {
      case START_OBJECT -> object(json);
      case START_ARRAY -> array(json);
      case VALUE_STRING -> json.getText();
      case VALUE_NUMBER_INT -> integer(json);
      case VALUE_NUMBER_FLOAT -> json.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> throw new IllegalStateException("no value begins with " + json.currentToken());
    };
  }

  private static Number integer(JsonParser json) throws IOException {
    return switch (json.getNumberType()) {
      case INT, LONG -> json.getLongValue();
      default -> json.getDoubleValue();
    };
  }
}
