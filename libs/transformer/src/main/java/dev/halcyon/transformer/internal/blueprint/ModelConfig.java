package dev.halcyon.transformer.internal.blueprint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.halcyon.json.ForeignJson;
import dev.halcyon.json.JsonProblem;
import dev.halcyon.json.WrongContent;
import dev.halcyon.transformer.UnsupportedModelException;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A model's `config.json`, which remembers what was asked of it: once an architecture has read
/// what it computes with, [#unread()] has the rest. A field that is `null` counts as absent.
public final class ModelConfig {
  private static final ObjectMapper MAPPER = new JsonMapper(ForeignJson.factory());

  /// Larger than any dimension of a model, and small enough that products stay within a `long`.
  private static final int LARGEST_SIZE = 1 << 24;

  /// More layers than any model has; each takes memory before its tensors are looked for.
  private static final int MOST_LAYERS = 4096;

  private final String source;
  private final String path;
  private final JsonNode fields;
  private final Set<String> read = new HashSet<>();
  private final Map<String, String> aliases = new HashMap<>();
  private final List<ModelConfig> parts = new ArrayList<>();

  private ModelConfig(String source, String path, JsonNode fields) {
    this.source = source;
    this.path = path;
    this.fields = fields;
  }

  /// Reads the content of a `config.json`.
  ///
  /// @param source names the file in errors
  public static ModelConfig parse(String source, byte[] json) {
    WrongContent.of(json)
        .ifPresent(problem -> {
          throw new UnsupportedModelException(source, problem);
        });
    JsonNode root;
    try {
      root = MAPPER.readTree(ForeignJson.reader(json));
    } catch (JsonProcessingException e) {
      throw new UnsupportedModelException(source, "is not JSON: " + JsonProblem.of(e), e);
    } catch (CharacterCodingException e) {
      throw new UnsupportedModelException(source, "is not UTF-8", e);
    } catch (java.io.IOException e) {
      throw new UnsupportedModelException(source, "cannot be read", e);
    }
    if (root == null || !root.isObject()) {
      throw new UnsupportedModelException(source, "is not a JSON object");
    }
    return new ModelConfig(source, "", root);
  }

  /// What errors begin with.
  public String source() {
    return source;
  }

  public boolean has(String name) {
    return value(name) != null;
  }

  /// Lets a field go by another name, too; where both are there, they must agree.
  void alias(String name, String other) {
    aliases.put(name, other);
    read.add(other);
    JsonNode own = fields.get(name);
    if (fields.hasNonNull(name) && fields.hasNonNull(other) && !own.equals(fields.get(other))) {
      throw problem(
          other, "is " + fields.get(other) + ", and " + name + ", which means the same, is " + own);
    }
  }

  /// Refuses a config without this field, whose default is seldom what a model has.
  public void require(String name) {
    if (!has(name)) {
      throw problem(name, "is missing");
    }
  }

  /// Refuses a config that does not even say `null` to this field.
  void requireMentioned(String name) {
    if (!fields.has(name)) {
      throw problem(name, "is missing");
    }
  }

  /// Whether the field is there and off: `null`, `false` or 0.
  boolean isOff(String name) {
    return fields.has(name) && FieldRules.isOff(fields.get(name));
  }

  /// Whether the field is there and says `null`, which is not the same as its default.
  public boolean isNull(String name) {
    return fields.has(name) && fields.get(name).isNull();
  }

  /// A required size: a whole number above zero.
  public int size(String name) {
    require(name);
    return size(name, 0);
  }

  public int size(String name, int otherwise) {
    JsonNode field = take(name);
    if (field == null) {
      return otherwise;
    }
    if (!field.isIntegralNumber() || !field.canConvertToInt()) {
      throw problem(name, "is " + field + ", expected a whole number");
    }
    int value = field.intValue();
    if (value < 1 || value > LARGEST_SIZE) {
      throw problem(name, "is " + value + ", expected 1 to " + LARGEST_SIZE);
    }
    return value;
  }

  /// The number of layers; required.
  public int layers(String name) {
    int layers = size(name);
    if (layers > MOST_LAYERS) {
      throw problem(name, "is " + layers + ", expected at most " + MOST_LAYERS);
    }
    return layers;
  }

  public double number(String name, double otherwise) {
    JsonNode field = take(name);
    if (field == null) {
      return otherwise;
    }
    if (!field.isNumber() || !Double.isFinite(field.doubleValue())) {
      throw problem(name, "is " + field + ", expected a finite number");
    }
    return field.doubleValue();
  }

  /// A required number above zero.
  public double positive(String name) {
    require(name);
    return positive(name, 0);
  }

  public double positive(String name, double otherwise) {
    boolean given = has(name);
    double value = number(name, otherwise);
    if (given && value <= 0) {
      throw problem(name, "is " + value + ", expected a number above zero");
    }
    return value;
  }

  /// As [#positive(String, double)], but 0 where the field says `null`.
  public double positiveUnlessNull(String name, double otherwise) {
    return isNull(name) ? 0 : positive(name, otherwise);
  }

  public boolean flag(String name, boolean otherwise) {
    JsonNode field = take(name);
    if (field == null) {
      return otherwise;
    }
    if (!field.isBoolean() && !FieldRules.isOff(field)) {
      throw problem(name, "is " + field + ", expected true or false");
    }
    return field.booleanValue();
  }

  public Optional<String> text(String name) {
    JsonNode field = take(name);
    if (field == null) {
      return Optional.empty();
    }
    if (!field.isTextual()) {
      throw problem(name, "is " + field + ", expected text");
    }
    return Optional.of(field.textValue());
  }

  /// A list of texts, empty where the field is absent.
  public List<String> texts(String name) {
    JsonNode field = take(name);
    if (field == null) {
      return List.of();
    }
    if (field.isTextual()) {
      return List.of(field.textValue());
    }
    if (!field.isArray() || !field.valueStream().allMatch(JsonNode::isTextual)) {
      throw problem(name, "is " + field + ", expected a list of texts");
    }
    return field.valueStream().map(JsonNode::textValue).toList();
  }

  /// A list of texts of the given length.
  public Optional<List<String>> texts(String name, int length) {
    return list(name, length).map(list -> list.stream().map(JsonNode::asText).toList());
  }

  /// A list of numbers above zero, of the given length; required.
  public float[] positives(String name, int length) {
    List<JsonNode> list = list(name, length).orElseThrow(() -> problem(name, "is missing"));
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) list.get(i).asDouble(0);
      if (!(values[i] > 0) || !Float.isFinite(values[i])) {
        throw problem(name, "holds " + list.get(i) + ", expected numbers above zero");
      }
    }
    return values;
  }

  /// A nested object, whose fields count as this config's; one that is empty counts as absent.
  public Optional<ModelConfig> object(String name) {
    JsonNode field = take(name);
    if (field == null) {
      return Optional.empty();
    }
    if (!field.isObject()) {
      throw problem(name, "is " + field + ", expected an object");
    }
    if (field.isEmpty()) {
      return Optional.empty();
    }
    ModelConfig part = new ModelConfig(source, path + name + ".", field);
    parts.add(part);
    return Optional.of(part);
  }

  /// Refuses a number that is not the one that follows from other fields.
  ///
  /// @param what says where that comes from
  void requireSame(String name, double expected, String what) {
    if (number(name, expected) != expected) {
      throw problem(name, "is " + fields.get(name) + ", and " + what + " is " + expected);
    }
  }

  /// Refuses a switch that must be off.
  public void requireOff(String name) {
    JsonNode field = take(name);
    if (field != null && !FieldRules.isOff(field)) {
      throw problem(
          name, "is " + field + ", which changes what the model computes and is not supported");
    }
  }

  /// Marks a field as understood.
  public void accept(String name) {
    read.add(name);
  }

  /// Fields that nothing has read, by their paths (`rope_scaling.factor`); none that is `null`.
  Map<String, JsonNode> unread() {
    Map<String, JsonNode> unread = new LinkedHashMap<>();
    fields
        .properties()
        .forEach(field -> {
          if (!field.getValue().isNull() && !read.contains(field.getKey())) {
            unread.put(path + field.getKey(), field.getValue());
          }
        });
    parts.forEach(part -> unread.putAll(part.unread()));
    return unread;
  }

  /// Takes all fields as read, whatever they say.
  void readAll() {
    fields.fieldNames().forEachRemaining(read::add);
  }

  public UnsupportedModelException problem(String name, String what) {
    return new UnsupportedModelException(source, path + name + " " + what);
  }

  private Optional<List<JsonNode>> list(String name, int length) {
    JsonNode field = take(name);
    if (field == null) {
      return Optional.empty();
    }
    if (!field.isArray() || field.size() != length) {
      throw problem(name, "is not a list of " + length);
    }
    List<JsonNode> list = new ArrayList<>();
    field.forEach(list::add);
    return Optional.of(list);
  }

  private JsonNode take(String name) {
    read.add(name);
    return value(name);
  }

  /// Absent and `null` are both `null`.
  private JsonNode value(String name) {
    JsonNode own = fields.get(name);
    if (own != null && !own.isNull()) {
      return own;
    }
    String other = aliases.get(name);
    return other != null && fields.hasNonNull(other) ? fields.get(other) : null;
  }
}
