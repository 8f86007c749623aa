package dev.halcyon.contracts.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.AnnotationIntrospector;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.halcyon.json.JsonProblem;
import dev.halcyon.tensors.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/// The one way records become JSON and back: snake_case names, no field for what is absent, `null`
/// for a number that is not defined (`NaN` in a record), and the same bytes for the same record.
///
/// Input of users ([UserInput]) is read strictly. Messages and stored records may have fields of a
/// newer version, and must have all that are not optional.
public final class Json {
  private static final ObjectMapper STRICT = strict();
  private static final ObjectMapper TOLERANT = tolerant();
  private static final DefaultPrettyPrinter PRETTY =
      new DefaultPrettyPrinter()
          .withObjectIndenter(new DefaultIndenter("  ", "\n"))
          .withArrayIndenter(new DefaultIndenter("  ", "\n"));

  private Json() {}

  /// The record as one line of UTF-8.
  public static byte[] bytes(Object value) {
    try {
      return STRICT.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write " + value.getClass().getName() + " as JSON", e);
    }
  }

  /// The record as indented JSON, UTF-8 with a newline at its end.
  public static byte[] prettyBytes(Object value) {
    try {
      String text = STRICT.writer(PRETTY).writeValueAsString(value);
      return (text + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write " + value.getClass().getName() + " as JSON", e);
    }
  }

  /// The record of that type.
  ///
  /// @param json null for a record without a value
  /// @throws InvalidMessageException where the bytes are no JSON, or not that record's
  public static <T> T read(byte[] json, Class<T> type) {
    try {
      T value = json == null ? null : reader(type).readValue(json, type);
      if (value == null) {
        throw new InvalidMessageException("a " + type.getSimpleName() + " must not be null");
      }
      return value;
    } catch (IOException e) {
      throw new InvalidMessageException(describe(e, type.getSimpleName()), e);
    }
  }

  /// The value of that generic type.
  ///
  /// @throws InvalidMessageException where the bytes are no JSON, or not that type's
  public static <T> T read(byte[] json, TypeReference<T> type) {
    try {
      return TOLERANT.readValue(json, type);
    } catch (IOException e) {
      throw new InvalidMessageException(describe(e, type.getType().getTypeName()), e);
    }
  }

  /// The record of that type out of a tree (read from YAML, say).
  ///
  /// @throws InvalidMessageException where the tree is not that record's
  public static <T> T read(JsonNode tree, Class<T> type) {
    try {
      return reader(type).treeToValue(tree, type);
    } catch (JsonProcessingException e) {
      throw new InvalidMessageException(describe(e, type.getSimpleName()), e);
    }
  }

  /// The record as a tree.
  public static JsonNode tree(Object value) {
    return STRICT.valueToTree(value);
  }

  private static String describe(IOException e, String type) {
    String cause = cause(e);
    String where =
        e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()
            ? " at " + path(mapping)
            : "";
    return "not a valid " + type + where + ": " + cause;
  }

  /// What a record's constructor says of its fields stands by itself.
  private static String cause(IOException e) {
    return switch (e) {
      case ValueInstantiationException refused
          when refused.getCause() instanceof IllegalArgumentException reason ->
          reason.getMessage();
      case UnrecognizedPropertyException unknown ->
          "unknown field %s; there are %s"
              .formatted(
                  unknown.getPropertyName(),
                  unknown.getKnownPropertyIds().stream()
                      .map(Object::toString)
                      .sorted()
                      .collect(Collectors.joining(", ")));
      case JsonProcessingException json -> JsonProblem.of(json);
      default -> e.getMessage();
    };
  }

  private static String path(JsonMappingException e) {
    StringBuilder path = new StringBuilder();
    for (var step : e.getPath()) {
      if (step.getFieldName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
      }
    }
    return path.toString();
  }

  private static ObjectMapper reader(Class<?> type) {
    return type.isAnnotationPresent(UserInput.class) ? STRICT : TOLERANT;
  }

  private static ObjectMapper strict() {
    return mapper()
        .addModule(
            new SimpleModule("unknown fields are refused")
                .setDeserializerModifier(new StrictUnwrapping()))
        .build();
  }

  private static ObjectMapper tolerant() {
    ObjectMapper mapper =
        mapper()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();
    return mapper.setAnnotationIntrospector(
        AnnotationIntrospector.pair(
            new RequiredComponents(),
            mapper.getDeserializationConfig().getAnnotationIntrospector()));
  }

  private static JsonMapper.Builder mapper() {
    SimpleModule numbers = new SimpleModule("undefined numbers are null");
    numbers.addSerializer(double.class, new UndefinedAsNull());
    numbers.addSerializer(Double.class, new UndefinedAsNull());
    numbers.addDeserializer(double.class, new NullAsUndefined());
    SimpleModule shapes = new SimpleModule("shapes are lists of sizes");
    shapes.addSerializer(Shape.class, new ShapeJson.Writer());
    shapes.addDeserializer(Shape.class, new ShapeJson.Reader());
    return JsonMapper.builder()
        .addModule(numbers)
        .addModule(shapes)
        .addModule(new Jdk8Module())
        .addModule(new JavaTimeModule())
        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .defaultPropertyInclusion(
            JsonInclude.Value.construct(JsonInclude.Include.NON_ABSENT, JsonInclude.Include.ALWAYS))
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
        .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
        .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
        .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
  }

  private static final class UndefinedAsNull extends JsonSerializer<Double> {
    @Override
    public void serialize(Double value, JsonGenerator generator, SerializerProvider provider)
        throws IOException {
      if (Double.isFinite(value)) {
        generator.writeNumber(value);
      } else {
        generator.writeNull();
      }
    }
  }

  private static final class NullAsUndefined extends JsonDeserializer<Double> {
    @Override
    public Double deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      return parser.getValueAsDouble();
    }

    @Override
    public Double getNullValue(DeserializationContext context) {
      return Double.NaN;
    }

    @Override
    public Double getAbsentValue(DeserializationContext context) {
      return Double.NaN;
    }
  }
}
