package dev.halcyon.contracts.json;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.DelegatingDeserializer;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;

/// Refuses fields that neither a record has nor those whose fields are on its level in JSON
/// ([JsonUnwrapped]). Jackson passes over unknown fields of such a record.
final class StrictUnwrapping extends BeanDeserializerModifier {
  private static final long serialVersionUID = 1L;

  @Override
  public JsonDeserializer<?> modifyDeserializer(
      DeserializationConfig config, BeanDescription bean, JsonDeserializer<?> deserializer) {
    Set<String> names = new TreeSet<>();
    boolean unwrapped = false;
    for (BeanPropertyDefinition property : bean.findProperties()) {
      if (isUnwrapped(property)) {
        unwrapped = true;
        config.introspect(property.getPrimaryType()).findProperties().stream()
            .map(BeanPropertyDefinition::getName)
            .forEach(names::add);
      } else {
        names.add(property.getName());
      }
    }
    return unwrapped ? new Strict(deserializer, Set.copyOf(names)) : deserializer;
  }

  private static boolean isUnwrapped(BeanPropertyDefinition property) {
    return property.getConstructorParameter() != null
        && property.getConstructorParameter().hasAnnotation(JsonUnwrapped.class);
  }

  private static final class Strict extends DelegatingDeserializer {
    private static final long serialVersionUID = 1L;
    private final Set<String> names;

    Strict(JsonDeserializer<?> deserializer, Set<String> names) {
      super(deserializer);
      this.names = names;
    }

    @Override
    protected JsonDeserializer<?> newDelegatingInstance(JsonDeserializer<?> other) {
      return new Strict(other, names);
    }

    @Override
    public Object deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        return super.deserialize(parser, context);
      }
      try (TokenBuffer content = context.bufferAsCopyOfValue(parser)) {
        check(content);
        return read(content, context);
      }
    }

    /// The parser is behind the object by now, so errors name their place by its path alone.
    private Object read(TokenBuffer content, DeserializationContext context) throws IOException {
      try (JsonParser again = content.asParserOnFirstToken()) {
        return super.deserialize(again, context);
      } catch (JsonMappingException e) {
        e.clearLocation();
        throw e;
      }
    }

    private void check(TokenBuffer content) throws IOException {
      try (JsonParser fields = content.asParserOnFirstToken()) {
        while (fields.nextToken() == JsonToken.FIELD_NAME) {
          String name = fields.currentName();
          if (!names.contains(name)) {
            throw UnrecognizedPropertyException.from(
                fields, handledType(), name, Set.<Object>copyOf(names));
          }
          fields.nextToken();
          fields.skipChildren();
        }
      }
    }
  }
}
