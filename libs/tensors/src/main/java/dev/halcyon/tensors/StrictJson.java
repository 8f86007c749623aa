package dev.halcyon.tensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// JSON in memory, read token by token under limits: UTF-8 and nothing else, no name twice in an
/// object, no unbounded depth, number or count.
final class StrictJson {
  private static final int DEEPEST = 64;
  private static final int LONGEST_NUMBER = 100;

  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          // Names of a hostile file would otherwise stay in a table for the life of the process.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxNumberLength(LONGEST_NUMBER)
                  .maxStringLength(SafetensorsHeader.MAX_LENGTH)
                  .maxTokenCount(SafetensorsHeader.MAX_TOKENS)
                  .build())
          .build();

  private StrictJson() {}

  /// What reads the tokens of one document.
  interface Walk {
    void over(JsonParser json) throws IOException;
  }

  /// Reads one document.
  ///
  /// @param source names the file in errors
  /// @param document what the bytes are, as `header`
  /// @throws InvalidCheckpointException where the bytes are not such JSON
  static void read(String source, String document, byte[] bytes, Walk walk) {
    try (JsonParser json = FACTORY.createParser(utf8(bytes))) {
      walk.over(json);
    } catch (StreamConstraintsException e) {
      throw invalid(source, document + " is beyond what is read", e);
    } catch (JsonProcessingException e) {
      throw invalid(source, document + " is not valid JSON", e);
    } catch (CharacterCodingException e) {
      throw new InvalidCheckpointException(source, document + " is not UTF-8", e);
    } catch (IOException e) {
      throw new UncheckedIOException("[" + source + "] reading from memory failed", e);
    }
  }

  /// A reader of its own, because the parser would guess other encodings and pass over wrong bytes.
  private static Reader utf8(byte[] bytes) {
    return new InputStreamReader(
        new ByteArrayInputStream(bytes),
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT));
  }

  private static InvalidCheckpointException invalid(
      String source, String problem, JsonProcessingException e) {
    long at = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getCharOffset());
    return new InvalidCheckpointException(
        source, problem + " at character " + at + ": " + Printable.of(e.getOriginalMessage()), e);
  }
}
