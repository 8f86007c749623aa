package dev.halcyon.transformer.internal.blueprint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What a supported architecture has besides its class.
class ArchitecturesTest {
  private static final Path REFERENCE = Path.of("../../docs/reference/fisher-files.md");
  private static final Path GOLDEN = Path.of("src/test/resources/dev/halcyon/transformer/golden");
  private static final Pattern SENTENCE =
      Pattern.compile("`model_type` in `config\\.json` is one of([^.]*)\\.");
  private static final Pattern NAME = Pattern.compile("`([a-z0-9_]+)`");

  private static List<String> supported() {
    return List.of(Architectures.supported().replaceFirst("^.*: ", "").split(", ", -1));
  }

  @Test
  void theReferenceNamesAllOfThem() throws IOException {
    Matcher sentence = SENTENCE.matcher(Files.readString(REFERENCE));

    assertThat(sentence.find()).isTrue();
    assertThat(NAME.matcher(sentence.group(1)).results().map(name -> name.group(1)))
        .containsExactlyInAnyOrderElementsOf(supported());
  }

  @Test
  void eachHasAGoldenModel() throws IOException {
    Set<String> types = new HashSet<>();
    try (Stream<Path> folders = Files.list(GOLDEN)) {
      for (Path folder : folders.toList()) {
        types.add(
            new ObjectMapper()
                .readTree(folder.resolve("config.json").toFile())
                .get("model_type")
                .textValue());
      }
    }

    assertThat(types).containsExactlyInAnyOrderElementsOf(supported());
  }
}
