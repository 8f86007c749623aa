package dev.halcyon.standalone;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.halcyon.contracts.json.InvalidMessageException;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.request.CompareRequest;
import dev.halcyon.json.ForeignJson;
import dev.halcyon.json.JsonProblem;
import dev.halcyon.json.WrongContent;
import dev.halcyon.services.common.BadInputException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A compare request in a file: YAML, of which JSON is a part.
final class RequestFile {
  private static final YAMLMapper YAML =
      YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private RequestFile() {}

  private static void requireRightContent(Path file, byte[] content) {
    if (content.length == 0) {
      throw new BadInputException(file + " is empty; a request has `base` and `fine_tunes`");
    }
    WrongContent.of(content)
        .ifPresent(problem -> {
          throw new BadInputException(file + " " + problem);
        });
  }

  static CompareRequest read(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    requireRightContent(file, content);
    try (JsonParser parser = YAML.createParser(ForeignJson.reader(content))) {
      JsonNode tree = YAML.readTree(parser);
      if (tree == null || !tree.isObject()) {
        throw new BadInputException(
            file + " contains no request; a request has `base` and `fine_tunes`");
      }
      return Json.read(tree, CompareRequest.class);
    } catch (JsonProcessingException e) {
      throw new BadInputException(
          "%s is neither YAML nor JSON: %s".formatted(file, JsonProblem.of(e)), e);
    } catch (CharacterCodingException e) {
      throw new BadInputException(file + " is not UTF-8; save it as UTF-8", e);
    } catch (InvalidMessageException e) {
      throw new BadInputException(file + ": " + e.getMessage(), e);
    }
  }
}
