package dev.halcyon.calibration;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A JSON file: an array of objects or strings, or such values one after another. Read as a stream,
/// whatever its size.
///
/// @param file to read
/// @param name of it in ids
record JsonSource(Path file, String name) implements TextSource {
  @Override
  public void readInto(SampleCollector collector) throws IOException {
    JsonText json = new JsonText(collector.options());
    try (Reader reader = reader();
        JsonParser parser = json.factory().createParser(reader)) {
      new Walk(parser, json, collector).values();
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw JsonText.invalid(name + ":" + line, e);
    } catch (CharacterCodingException e) {
      throw new CalibrationException(name, "not UTF-8; save the file as UTF-8", e);
    }
  }

  private Reader reader() throws IOException {
    Reader reader =
        new java.io.BufferedReader(
            new InputStreamReader(
                Files.newInputStream(file),
                StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT)));
    reader.mark(1);
    if (reader.read() != 0xFEFF) {
      reader.reset();
    }
    return reader;
  }

  /// A way through the document, counting its entries from 1.
  private final class Walk {
    private final JsonParser parser;
    private final JsonText json;
    private final SampleCollector collector;
    private long entry;

    Walk(JsonParser parser, JsonText json, SampleCollector collector) {
      this.parser = parser;
      this.json = json;
      this.collector = collector;
    }

    void values() throws IOException {
      while (!collector.full() && parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.START_ARRAY) {
          entries();
        } else {
          entry();
        }
      }
    }

    private void entries() throws IOException {
      while (!collector.full() && parser.nextToken() != JsonToken.END_ARRAY) {
        entry();
      }
    }

    private void entry() throws IOException {
      entry++;
      String where = name + ":" + parser.currentTokenLocation().getLineNr();
      collector.add(name + "#" + entry, json.read(parser, where));
    }
  }
}
