package dev.halcyon.standalone;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.halcyon.contracts.CompareRequest;
import dev.halcyon.contracts.InvalidMessageException;
import dev.halcyon.contracts.Json;
import dev.halcyon.services.common.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A compare request in a file: YAML, of which JSON is a part.
final class RequestFile {
  private static final YAMLMapper YAML =
      YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private RequestFile() {}

  static CompareRequest read(Path file) throws IOException {
    try (JsonParser parser = YAML.createParser(Files.readAllBytes(file))) {
      JsonNode tree = YAML.readTree(parser);
      if (tree == null || !tree.isObject()) {
        throw new BadInputException(
            file + " holds no request: it should say `base` and `fine_tunes`");
      }
      return Json.read(tree, CompareRequest.class);
    } catch (JsonProcessingException e) {
      throw new BadInputException(
          "%s is neither YAML nor JSON: line %d: %s"
              .formatted(
                  file,
                  e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                  e.getOriginalMessage().lines().findFirst().orElse("")),
          e);
    } catch (InvalidMessageException e) {
      throw new BadInputException(file + ": " + e.getMessage(), e);
    }
  }
}
