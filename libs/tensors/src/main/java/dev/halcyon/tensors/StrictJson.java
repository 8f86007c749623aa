package dev.halcyon.tensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.halcyon.json.ForeignJson;
import dev.halcyon.json.JsonProblem;
import dev.halcyon.json.WrongContent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/// JSON in memory, read token by token under limits: UTF-8 and nothing else, no name twice in an
/// object, no unbounded depth, number or count. A header is strict JSON, as its format demands;
/// other documents are [ForeignJson].
final class StrictJson {
  private static final int DEEPEST = 64;
  private static final int LONGEST_NUMBER = 100;

  private static final StreamReadConstraints LIMITS =
      StreamReadConstraints.builder()
          .maxNestingDepth(DEEPEST)
          .maxNumberLength(LONGEST_NUMBER)
          .maxStringLength(SafetensorsHeader.MAX_LENGTH)
          .maxTokenCount(SafetensorsHeader.MAX_TOKENS)
          .build();

  private static final JsonFactory HEADER =
      new JsonFactoryBuilder()
          // Names of a hostile file would otherwise stay in a table for the life of the process.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(LIMITS)
          .build();

  private static final JsonFactory FOREIGN = ForeignJson.factory(LIMITS);

  private StrictJson() {}

  /// What reads the tokens of one document.
  interface Walk {
    void over(JsonParser json) throws IOException;
  }

  /// Reads a header.
  ///
  /// @param source names the file in errors
  /// @throws InvalidCheckpointException where the bytes are not such JSON
  static void header(String source, byte[] bytes, Walk walk) {
    read(source, "header", () -> HEADER.createParser(utf8(bytes)), walk, StrictJson::inHeader);
  }

  /// Reads a file.
  ///
  /// @param source names the file in errors
  /// @param document what the bytes are, as `index`
  /// @throws InvalidCheckpointException where the bytes are not such JSON
  static void file(String source, String document, byte[] bytes, Walk walk) {
    WrongContent.of(bytes)
        .ifPresent(problem -> {
          throw new InvalidCheckpointException(source, problem);
        });
    read(
        source,
        document,
        () -> FOREIGN.createParser(ForeignJson.reader(bytes)),
        walk,
        StrictJson::inFile);
  }

  /// Opens a document.
  private interface Opening {
    JsonParser open() throws IOException;
  }

  private static void read(
      String source,
      String document,
      Opening opening,
      Walk walk,
      Function<JsonProcessingException, String> described) {
    try (JsonParser json = opening.open()) {
      walk.over(json);
    } catch (JsonProcessingException e) {
      String problem =
          JsonProblem.isBeyondLimits(e) ? "is beyond what is read" : "is not valid JSON";
      throw new InvalidCheckpointException(
          source, document + " " + problem + described.apply(e), e);
    } catch (CharacterCodingException e) {
      throw new InvalidCheckpointException(source, document + " is not UTF-8", e);
    } catch (IOException e) {
      throw new UncheckedIOException("[" + source + "] reading from memory failed", e);
    }
  }

  private static String inFile(JsonProcessingException e) {
    return ": " + Printable.of(JsonProblem.of(e));
  }

  /// A header is one line in a binary file.
  private static String inHeader(JsonProcessingException e) {
    long at = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getCharOffset());
    return " at character " + at + ": " + Printable.of(JsonProblem.reason(e));
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
}
