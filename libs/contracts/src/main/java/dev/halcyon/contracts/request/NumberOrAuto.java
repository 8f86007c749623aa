package dev.halcyon.contracts.request;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import java.io.IOException;

/// A number from 1, or `auto`, which is 0 in records.
final class NumberOrAuto {
  static final int AUTO = 0;
  private static final String WORD = "auto";

  private NumberOrAuto() {}

  static final class Reader extends JsonDeserializer<Integer> {
    @Override
    public Integer deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT && parser.getIntValue() != AUTO) {
        return parser.getIntValue();
      }
      if (WORD.equals(parser.getValueAsString())) {
        return AUTO;
      }
      throw context.weirdStringException(
          parser.getText(),
          Integer.class,
          "`%s` takes a number from 1, or auto".formatted(parser.currentName()));
    }
  }

  static final class Writer extends JsonSerializer<Integer> {
    @Override
    public void serialize(Integer number, JsonGenerator generator, SerializerProvider provider)
        throws IOException {
      if (number == AUTO) {
        generator.writeString(WORD);
      } else {
        generator.writeNumber(number);
      }
    }
  }
}
