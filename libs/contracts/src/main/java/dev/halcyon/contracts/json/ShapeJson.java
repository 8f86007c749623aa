package dev.halcyon.contracts.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import dev.halcyon.tensors.Shape;
import java.io.IOException;

/// A shape is the list of its sizes in JSON.
final class ShapeJson {
  private ShapeJson() {}

  static final class Reader extends JsonDeserializer<Shape> {
    @Override
    public Shape deserialize(JsonParser parser, DeserializationContext context) throws IOException {
      long[] sizes = context.readValue(parser, long[].class);
      try {
        return Shape.of(sizes);
      } catch (IllegalArgumentException e) {
        return context.reportInputMismatch(Shape.class, "%s", e.getMessage());
      }
    }
  }

  static final class Writer extends JsonSerializer<Shape> {
    @Override
    public void serialize(Shape shape, JsonGenerator generator, SerializerProvider provider)
        throws IOException {
      generator.writeStartArray();
      for (long size : shape.dimensions()) {
        generator.writeNumber(size);
      }
      generator.writeEndArray();
    }
  }
}
