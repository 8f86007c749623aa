package dev.halcyon.calibration;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.halcyon.json.ForeignJson;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
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
    JsonText json = new JsonText(collector);
    try (Reader reader = ForeignJson.reader(Files.newInputStream(file));
        JsonParser parser = json.factory().createParser(reader)) {
      new Walk(parser, json, collector).values();
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw JsonText.invalid(name + ":" + line, e);
    } catch (CharacterCodingException e) {
      throw new CalibrationException(name, "not UTF-8; save the file as UTF-8", e);
    }
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
      json.read(parser, name + "#" + entry, where);
    }
  }
}
