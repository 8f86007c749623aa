package dev.halcyon.contracts;

import com.fasterxml.classmate.ResolvedType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.victools.jsonschema.generator.CustomDefinition;
import com.github.victools.jsonschema.generator.CustomPropertyDefinition;
import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerationContext;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.github.victools.jsonschema.module.jackson.JacksonModule;
import com.github.victools.jsonschema.module.jackson.JacksonOption;
import dev.halcyon.contracts.job.FetchTask;
import dev.halcyon.contracts.job.FisherTask;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.job.JobPlan;
import dev.halcyon.contracts.job.JobState;
import dev.halcyon.contracts.job.TensorReady;
import dev.halcyon.contracts.json.MayBeAbsent;
import dev.halcyon.contracts.json.UserInput;
import dev.halcyon.contracts.request.CancelRequest;
import dev.halcyon.contracts.request.CompareRequest;
import dev.halcyon.contracts.request.ModelSpec;
import dev.halcyon.contracts.results.FisherResult;
import dev.halcyon.contracts.results.Report;
import dev.halcyon.contracts.results.ReportReady;
import dev.halcyon.contracts.results.ResultManifest;
import dev.halcyon.contracts.results.TensorResult;
import dev.halcyon.tensors.Shape;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/// JSON Schemas of records, as `Json` reads and writes them.
final class Schemas {
  /// What has a schema, by the name of its file.
  static final Map<String, Class<?>> TYPES =
      Map.ofEntries(
          Map.entry("compare-request", CompareRequest.class),
          Map.entry("cancel-request", CancelRequest.class),
          Map.entry("job-plan", JobPlan.class),
          Map.entry("fetch-task", FetchTask.class),
          Map.entry("tensor-ready", TensorReady.class),
          Map.entry("tensor-result", TensorResult.class),
          Map.entry("fisher-task", FisherTask.class),
          Map.entry("fisher-result", FisherResult.class),
          Map.entry("report-ready", ReportReady.class),
          Map.entry("job-event", JobEvent.class),
          Map.entry("job-state", JobState.class),
          Map.entry("report", Report.class),
          Map.entry("result-manifest", ResultManifest.class));

  private static final Set<Class<?>> OPTIONAL = Set.of(Optional.class, OptionalInt.class);
  private static final Set<Class<?>> MAY_BE_NULL = Set.of(double.class, Double.class);

  /// What a record that people write must have; it says itself what the others are where absent.
  private static final Set<String> NEEDED = Set.of("base", "cancel");

  private Schemas() {}

  static JsonNode of(Class<?> type) {
    JsonNode schema = new SchemaGenerator(configuration().build()).generateSchema(type);
    schema.path("$defs").forEach(Schemas::mergeUnwrapped);
    return schema;
  }

  /// Unwrapped components are further conditions to the generator, each of which refuses the fields
  /// of the others.
  private static void mergeUnwrapped(JsonNode definition) {
    if (definition instanceof ObjectNode object
        && object.remove("allOf") instanceof ArrayNode all) {
      Map<String, JsonNode> fields = new TreeMap<>();
      ObjectNode own = (ObjectNode) object.get("properties");
      own.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
      for (JsonNode part : all) {
        part.path("properties")
            .properties()
            .forEach(field -> fields.put(field.getKey(), field.getValue()));
      }
      own.removeAll();
      own.setAll(fields);
    }
  }

  private static SchemaGeneratorConfigBuilder configuration() {
    SchemaGeneratorConfigBuilder builder =
        new SchemaGeneratorConfigBuilder(SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
            .with(new JacksonModule(JacksonOption.FLATTENED_ENUMS_FROM_JSONPROPERTY))
            .with(
                Option.FLATTENED_OPTIONALS,
                Option.MAP_VALUES_AS_ADDITIONAL_PROPERTIES,
                Option.DEFINITIONS_FOR_ALL_OBJECTS);
    builder
        .forFields()
        .withPropertyNameOverrideResolver(field -> snakeCase(field.getDeclaredName()))
        .withRequiredCheck(Schemas::isRequired)
        .withNullableCheck(field -> MAY_BE_NULL.contains(field.getRawMember().getType()))
        .withCustomDefinitionProvider(Schemas::numberOrAuto);
    builder
        .forTypesInGeneral()
        .withAdditionalPropertiesResolver(
            scope -> isUserInput(scope.getType().getErasedType()) ? Void.class : null)
        .withCustomDefinitionProvider(Schemas::nameOrModel)
        .withCustomDefinitionProvider(Schemas::optionalNumber)
        .withCustomDefinitionProvider(Schemas::shape);
    return builder;
  }

  private static boolean isRequired(FieldScope field) {
    Class<?> record = field.getRawMember().getDeclaringClass();
    if (isUserInput(record)) {
      return NEEDED.contains(field.getDeclaredName());
    }
    return !OPTIONAL.contains(field.getRawMember().getType()) && !mayBeAbsent(field, record);
  }

  private static boolean isUserInput(Class<?> type) {
    return type.isAnnotationPresent(UserInput.class);
  }

  private static boolean mayBeAbsent(FieldScope field, Class<?> record) {
    return Arrays.stream(record.getDeclaredConstructors())
        .flatMap(constructor -> Arrays.stream(constructor.getParameters()))
        .filter(parameter -> parameter.getName().equals(field.getDeclaredName()))
        .anyMatch((Parameter parameter) -> parameter.isAnnotationPresent(MayBeAbsent.class));
  }

  /// A number with a serializer of its own is one that may be `auto`.
  private static CustomPropertyDefinition numberOrAuto(
      FieldScope field, SchemaGenerationContext context) {
    if (field.getRawMember().getType() != Integer.class
        || !field.getRawMember().isAnnotationPresent(JsonSerialize.class)) {
      return null;
    }
    ObjectNode node = context.getGeneratorConfig().createObjectNode();
    var either = node.putArray("anyOf");
    either.addObject().put("type", "integer").put("minimum", 1);
    either.addObject().put("const", "auto");
    return new CustomPropertyDefinition(node);
  }

  private static CustomDefinition nameOrModel(ResolvedType type, SchemaGenerationContext context) {
    if (type.getErasedType() != ModelSpec.class) {
      return null;
    }
    ObjectNode node = context.getGeneratorConfig().createObjectNode();
    var either = node.putArray("anyOf");
    either.addObject().put("type", "string");
    ObjectNode model = either.addObject().put("type", "object");
    ObjectNode fields = model.putObject("properties");
    fields.putObject("model").put("type", "string");
    fields.putObject("label").put("type", "string").put("maxLength", ModelSpec.LONGEST_LABEL);
    model.putArray("required").add("model");
    model.put("additionalProperties", false);
    return new CustomDefinition(node);
  }

  private static CustomDefinition optionalNumber(
      ResolvedType type, SchemaGenerationContext context) {
    return type.getErasedType() == OptionalInt.class
        ? new CustomDefinition(
            context.getGeneratorConfig().createObjectNode().put("type", "integer"), true)
        : null;
  }

  private static CustomDefinition shape(ResolvedType type, SchemaGenerationContext context) {
    if (type.getErasedType() != Shape.class) {
      return null;
    }
    ObjectNode node = context.getGeneratorConfig().createObjectNode().put("type", "array");
    node.putObject("items").put("type", "integer");
    return new CustomDefinition(node, true);
  }

  private static String snakeCase(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }
}
