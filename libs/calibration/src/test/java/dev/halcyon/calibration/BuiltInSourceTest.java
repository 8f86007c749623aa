package dev.halcyon.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BuiltInSourceTest {
  private static final List<Sample> SAMPLES =
      CalibrationReader.builtIn(CalibrationOptions.all()).samples();

  @Test
  void codeAndProseComeInTurn() {
    for (int i = 0; i < SAMPLES.size(); i++) {
      assertThat(SAMPLES.get(i).id().endsWith(".txt")).isEqualTo(i % 2 == 1);
    }
  }

  @Test
  void thereAreAsManyAsTheCommandAsksForByDefault() {
    assertThat(CalibrationReader.builtIn(CalibrationOptions.first(20)).samples())
        .containsExactlyElementsOf(SAMPLES.subList(0, 20));
  }

  @Test
  void everyTextIsListedOnce() throws IOException {
    Path folder =
        Path.of(Objects.requireNonNull(BuiltInSource.class.getResource("built-in")).getPath());
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(SAMPLES.stream().map(Sample::id))
          .containsExactlyInAnyOrderElementsOf(
              files
                  .map(file -> file.getFileName().toString())
                  .filter(name -> !name.equals("index.txt"))
                  .toList());
    }
  }

  /// No text is so short that it would dominate the mean, and none is cut far from its end at 256
  /// tokens (a token of code or prose is 2.5 to 5 characters).
  @Test
  void textsAreOfSimilarLength() {
    assertThat(SAMPLES).allSatisfy(s -> assertThat(s.text().length()).isBetween(500, 1000));
  }

  /// The digest is Python's: SHA-256 over each text's length, as eight bytes, and its bytes.
  @Test
  void theTextsAreTheseAndNoOthers() {
    assertThat(CalibrationReader.builtIn(CalibrationOptions.first(20)).digest())
        .isEqualTo("51a184e8f7b129c803d6aa2c0901e72a314df0083d1670b6bfe56a70eb199539");
  }
}
