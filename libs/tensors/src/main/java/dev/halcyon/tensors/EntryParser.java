package dev.halcyon.tensors;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import dev.halcyon.tensors.SafetensorsHeader.Entry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Reads one tensor's object of a header: `dtype`, `shape`, `data_offsets`, each once, nothing
/// else.
final class EntryParser {
  private final String source;
  private final String name;
  private final int headerLength;
  private final JsonParser json;

  private DType dtype;
  private Shape shape;
  private List<Long> offsets;

  EntryParser(String source, String name, int headerLength, JsonParser json) {
    this.source = source;
    this.name = name;
    this.headerLength = headerLength;
    this.json = json;
  }

  /// The tensor, its size held against its shape and element type.
  Entry parse() throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw problem("is described by " + json.currentToken() + ", not by an object");
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      readField(field);
    }
    if (dtype == null || shape == null || offsets == null) {
      throw problem(
          "lacks " + (dtype == null ? "dtype" : shape == null ? "shape" : "data_offsets"));
    }
    return entry();
  }

  private void readField(String field) throws IOException {
    switch (field) {
      case "dtype" -> dtype = readDType();
      case "shape" -> shape = readShape();
      case "data_offsets" -> offsets = readOffsets();
      default ->
          throw problem(
              "field "
                  + Printable.of(field)
                  + " is none of the format's and might change what the bytes mean");
    }
  }

  private DType readDType() throws IOException {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw problem("dtype is not a string");
    }
    String text = json.getText();
    return DType.of(text).orElseThrow(() -> problem("dtype " + Printable.of(text) + " is unknown"));
  }

  private Shape readShape() throws IOException {
    List<Long> sizes = readNumbers("shape", SafetensorsHeader.MAX_RANK);
    try {
      return new Shape(sizes);
    } catch (IllegalArgumentException e) {
      throw problem(e.getMessage());
    }
  }

  private List<Long> readOffsets() throws IOException {
    List<Long> pair = readNumbers("data_offsets", 2);
    if (pair.size() != 2) {
      throw problem("data_offsets has " + pair.size() + " numbers, not 2");
    }
    return pair;
  }

  private List<Long> readNumbers(String field, int most) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw problem(field + " is not an array");
    }
    List<Long> numbers = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (numbers.size() == most) {
        throw problem(field + " has more than " + most + " numbers");
      }
      numbers.add(readNumber(field));
    }
    return numbers;
  }

  private long readNumber(String field) throws IOException {
    String text = json.getText();
    if (json.currentToken() != JsonToken.VALUE_NUMBER_INT || text.startsWith("-")) {
      throw problem(field + " holds " + Printable.of(text) + ", not a whole number from 0 up");
    }
    try {
      return json.getLongValue();
    } catch (InputCoercionException e) {
      throw problem(field + " holds " + Printable.of(text) + ", more than 64 bits take");
    }
  }

  private Entry entry() {
    long begin = offsets.getFirst();
    long end = offsets.getLast();
    if (end < begin) {
      throw problem("data_offsets end at " + end + ", before they begin at " + begin);
    }
    long needed = neededBytes();
    if (end - begin != needed) {
      long at = SafetensorsHeader.absolute(headerLength, begin);
      throw InvalidCheckpointException.ofTensor(
          source,
          name,
          at,
          "has " + (end - begin) + " bytes, but " + dtype + " " + shape + " takes " + needed);
    }
    return new Entry(dtype, shape, begin, end);
  }

  private long neededBytes() {
    try {
      return dtype.bytes(shape);
    } catch (IllegalArgumentException e) {
      throw problem(e.getMessage());
    }
  }

  /// Says where in the header: a size that makes no sense gives the tensor's bytes no offset.
  private InvalidCheckpointException problem(String problem) {
    long at = json.currentTokenLocation().getCharOffset();
    return InvalidCheckpointException.ofTensor(
        source, name, problem + " (character " + at + " of the header)");
  }
}
