package dev.halcyon.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WrongContentTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '$',
      value = {
        "$$|is empty",
        "version https://git-lfs.github.com/spec/v1\\noid sha256:0|is a Git LFS pointer",
        "version |is a Git LFS pointer",
        "<!DOCTYPE html>|is an HTML page",
        "\\n\\n  <!doctype HTML><html>|is an HTML page",
        "\uFEFF<html lang=\"en\">|is an HTML page",
        "<?xml version=\"1.0\"?><Error/>|is an XML document",
      })
  void whatADownloadLeavesIsRecognised(String content, String problem) {
    assertThat(of(content)).hasValueSatisfying(said -> assertThat(said).startsWith(problem));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '$',
      value = {"{\"version\": 1}", "[1]", "version: 2", "versions", "<s>", "<", "PAR1"})
  void otherContentIsLeftToItsReader(String content) {
    assertThat(of(content)).isEmpty();
  }

  private static Optional<String> of(String content) {
    String text = content == null ? "" : content.replace("\\n", "\n");
    return WrongContent.of(text.getBytes(StandardCharsets.UTF_8));
  }
}
