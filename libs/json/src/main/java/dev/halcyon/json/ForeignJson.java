package dev.halcyon.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// JSON as other programs write it: UTF-8 with or without a byte order mark, and with the numbers
/// `NaN`, `Infinity` and `-Infinity`, which Python writes. Whoever needs a number checks that it is
/// finite. A field that is there twice is an error.
public final class ForeignJson {
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private ForeignJson() {}

  /// Parsers of such JSON, within the library's own limits.
  public static JsonFactory factory() {
    return factory(StreamReadConstraints.defaults());
  }

  /// Parsers of such JSON.
  ///
  /// @param limits of depth, lengths and counts
  public static JsonFactory factory(StreamReadConstraints limits) {
    return JsonFactory.builder()
        // Names of a hostile file would otherwise stay in a table for the life of the process.
        .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
        .streamReadConstraints(limits)
        .build();
  }

  /// The characters of a document in memory, after its byte order mark.
  ///
  /// @throws IOException a `CharacterCodingException` where it is not UTF-8
  public static Reader reader(byte[] utf8) throws IOException {
    return reader(new ByteArrayInputStream(utf8));
  }

  /// The characters of a document, after its byte order mark.
  ///
  /// @throws IOException where it cannot be read; a `CharacterCodingException` where it is not
  ///   UTF-8
  public static Reader reader(InputStream utf8) throws IOException {
    Reader reader =
        new BufferedReader(
            new InputStreamReader(
                utf8,
                StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)));
    reader.mark(1);
    if (reader.read() != BYTE_ORDER_MARK) {
      reader.reset();
    }
    return reader;
  }
}
