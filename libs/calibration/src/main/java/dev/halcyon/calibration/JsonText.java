package dev.halcyon.calibration;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.halcyon.json.ForeignJson;
import dev.halcyon.json.JsonProblem;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/// Finds a sample's text in a JSON value: the string itself, or an object's field.
///
/// The field `a.b` is one of that name, or the field `b` of the object in the field `a`.
final class JsonText {
  private static final int NAMED_FIELDS = 8;

  private final SampleCollector collector;
  private final CalibrationOptions options;

  JsonText(SampleCollector collector) {
    this.collector = collector;
    this.options = collector.options();
    collector.readsFrom("field " + options.textField());
  }

  /// Parsers that refuse a string longer than a text may be.
  JsonFactory factory() {
    return ForeignJson.factory(
        StreamReadConstraints.builder().maxStringLength(options.maxSampleBytes()).build());
  }

  /// Hands on the text of the value at which the parser stands. Leaves the parser at the value's
  /// end.
  ///
  /// @param id of the sample
  /// @param where named in errors
  /// @throws CalibrationException where the value is of another kind
  void read(JsonParser parser, String id, String where) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      Object value = JsonValue.read(parser);
      collector.add(id, new FieldText(collector, "a sample").of(value, where));
      return;
    }
    Set<String> names = new LinkedHashSet<>();
    Optional<Found> found = find(parser, options.textField(), names);
    if (found.isEmpty()) {
      collector.addWithoutField(id, () -> missing(where, names));
    } else {
      FieldText text = new FieldText(collector, "field " + options.textField());
      collector.add(id, text.of(found.get().value(), where));
    }
  }

  /// @param where the file and the line
  static CalibrationException invalid(String where, JsonProcessingException e) {
    String problem = JsonProblem.isBeyondLimits(e) ? "beyond what is read" : "not valid JSON";
    String column = e.getLocation() == null ? "" : "column " + e.getLocation().getColumnNr() + ": ";
    return new CalibrationException(where, problem + ": " + column + JsonProblem.reason(e), e);
  }

  /// A field that is there.
  ///
  /// @param value null where the field is null
  private record Found(Object value) {}

  /// The field in the object at which the parser stands; a field of the whole name wins.
  private static Optional<Found> find(JsonParser parser, String field, Set<String> names)
      throws IOException {
    Optional<Found> own = Optional.empty();
    Optional<Found> nested = Optional.empty();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      names.add(name);
      boolean object = parser.nextToken() == JsonToken.START_OBJECT;
      if (name.equals(field)) {
        own = Optional.of(new Found(JsonValue.read(parser)));
      } else if (object && field.startsWith(name + ".")) {
        String rest = field.substring(name.length() + 1);
        Optional<Found> inside = find(parser, rest, new LinkedHashSet<>());
        nested = nested.isPresent() ? nested : inside;
      } else {
        parser.skipChildren();
      }
    }
    return own.isPresent() ? own : nested;
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
