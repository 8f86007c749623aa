package dev.halcyon.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Against transformers' AutoTokenizer; expected values by `tools/golden/tokenizer_golden.py`.
class ModelTokenizerTest {
  private static final int ALL = Integer.MAX_VALUE;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"example", "framed"})
  void tokensAreThoseOfTransformers(String name) throws Exception {
    try (ModelTokenizer tokenizer = open(folderOf(name))) {
      for (JsonNode text : expected(name)) {
        assertThat(tokenizer.encode(text.get("text").asText(), ALL))
            .as(text.get("text").asText())
            .isEqualTo(ints(text.get("tokens")));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"example", "framed"})
  void longTextsAreShortenedAsTransformersDoes(String name) throws Exception {
    try (ModelTokenizer tokenizer = open(folderOf(name))) {
      for (JsonNode text : expected(name)) {
        assertThat(tokenizer.encode(text.get("text").asText(), 7))
            .as(text.get("text").asText())
            .isEqualTo(ints(text.get("shortened")));
      }
    }
  }

  @Test
  void severalThreadsMayShareATokenizer() throws Exception {
    List<String> texts =
        IntStream.range(0, 400).mapToObj(i -> "text " + i + " of " + i * 31).toList();
    try (ModelTokenizer tokenizer = open(folderOf("framed"));
        var threads = Executors.newFixedThreadPool(4)) {
      List<int[]> alone = texts.stream().map(text -> tokenizer.encode(text, ALL)).toList();
      List<Callable<int[]>> calls =
          texts.stream().<Callable<int[]>>map(text -> () -> tokenizer.encode(text, ALL)).toList();
      var together = threads.invokeAll(calls);
      for (int i = 0; i < texts.size(); i++) {
        assertThat(together.get(i).get()).isEqualTo(alone.get(i));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"'{}'", "'{\"model\": {\"type\": \"Unheard\"}}'", "'not JSON'"})
  void aDamagedTokenizerIsRefused(String content) throws Exception {
    Files.writeString(folder.resolve("tokenizer.json"), content);
    assertThatThrownBy(() -> open(folder))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("tokenizer.json")
        .hasMessageContaining("cannot be understood");
  }

  @ParameterizedTest
  @CsvSource({
    "'', is empty",
    "version https://git-lfs.github.com/spec/v1, is a Git LFS pointer",
    "<!DOCTYPE html>, is an HTML page",
  })
  void whatADownloadLeftIsNamed(String content, String problem) throws Exception {
    Files.writeString(folder.resolve("tokenizer.json"), content);
    assertThatThrownBy(() -> open(folder))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("tokenizer.json] " + problem);
  }

  @Test
  void aByteOrderMarkIsNoObstacle() throws Exception {
    String json = Files.readString(ExampleModel.BASE.folder().resolve("tokenizer.json"));
    Files.writeString(folder.resolve("tokenizer.json"), "\uFEFF" + json);
    try (ModelTokenizer marked = open(folder);
        ModelTokenizer plain = open(ExampleModel.BASE.folder())) {
      assertThat(marked.encode("one two", ALL)).isEqualTo(plain.encode("one two", ALL));
    }
  }

  private static ModelTokenizer open(Path folder) throws Exception {
    Path file = folder.resolve("tokenizer.json");
    return ModelTokenizer.of(file.toString(), Files.readAllBytes(file));
  }

  private static Path folderOf(String name) throws Exception {
    return name.equals("example") ? ExampleModel.BASE.folder() : golden(name);
  }

  private static Path golden(String name) throws Exception {
    return Path.of(ModelTokenizerTest.class.getResource("tokenizers/" + name).toURI());
  }

  private static JsonNode expected(String name) throws Exception {
    return new ObjectMapper().readTree(golden(name).resolve("expected.json").toFile());
  }

  private static int[] ints(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).mapToInt(JsonNode::intValue).toArray();
  }
}
