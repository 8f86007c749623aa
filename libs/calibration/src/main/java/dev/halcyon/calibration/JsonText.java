package dev.halcyon.calibration;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;

/// Finds a sample's text in a JSON value: the string itself, or an object's field.
///
/// @param options which field, and how long a text may be
record JsonText(CalibrationOptions options) {
  private static final int NAMED_FIELDS = 8;

  /// Parsers that refuse a field that is there twice, and a string longer than a text may be.
  JsonFactory factory() {
    return JsonFactory.builder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .streamReadConstraints(
            StreamReadConstraints.builder().maxStringLength(options.maxSampleBytes()).build())
        .build();
  }

  /// The text of the value at which the parser stands, or null where the JSON says so. Leaves the
  /// parser at the value's end.
  ///
  /// @throws CalibrationException where there is none
  String read(JsonParser parser, String where) throws IOException {
    return parser.currentToken() == JsonToken.START_OBJECT
        ? field(parser, where)
        : string(parser, where, "a sample");
  }

  static CalibrationException invalid(String where, JsonProcessingException e) {
    String problem =
        e instanceof StreamConstraintsException ? "beyond what is read" : "not valid JSON";
    return new CalibrationException(where, problem + ": " + e.getOriginalMessage(), e);
  }

  private String field(JsonParser parser, String where) throws IOException {
    Set<String> others = new LinkedHashSet<>();
    boolean found = false;
    String text = null;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      if (name.equals(options.textField())) {
        text = string(parser, where, "field " + name);
        found = true;
      } else {
        parser.skipChildren();
        others.add(name);
      }
    }
    if (!found) {
      throw missing(where, others);
    }
    return text;
  }

  private static String string(JsonParser parser, String where, String what) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_STRING -> parser.getText();
      case VALUE_NULL -> null;
      default ->
          throw new CalibrationException(
              where, what + " is " + described(parser.currentToken()) + ", not a string");
    };
  }

  private static String described(JsonToken token) {
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_TRUE, VALUE_FALSE -> "a truth value";
      default -> "a number";
    };
  }

  private CalibrationException missing(String where, Set<String> others) {
    String there =
        others.isEmpty()
            ? "no field at all"
            : String.join(", ", others.stream().limit(NAMED_FIELDS).toList())
                + (others.size() > NAMED_FIELDS ? ", …" : "");
    return new CalibrationException(
        where,
        "no field %s (it has %s); name the field that holds the text with --text-field"
            .formatted(options.textField(), there));
  }
}
