package dev.halcyon.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// An input of a kind that published checkpoints or data sets have, and what the command makes of
/// it. `tools/cases/README.md` says what the fields of `expected.json` mean.
///
/// @param folder that a script of `tools/cases` filled
/// @param name in `expected.json`: `A - B` to compare, or what `fisher` is given
/// @param expected of it
record CheckpointCase(Path folder, String name, JsonNode expected) {
  private static final Map<String, String> TEXT_FIELDS =
      Map.of("struct.parquet", "data.text", "messages.jsonl", "messages");

  /// The cases of all scripts' folders.
  static List<CheckpointCase> allIn(Path folder) {
    try (Stream<Path> folders = Files.list(folder)) {
      return folders.sorted().flatMap(CheckpointCase::of).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<CheckpointCase> of(Path folder) {
    try {
      JsonNode all = new ObjectMapper().readTree(folder.resolve("expected.json").toFile());
      return all.properties().stream()
          .filter(entry -> !entry.getKey().equals("tolerance"))
          .map(entry -> new CheckpointCase(folder, entry.getKey(), flat(entry.getValue())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Contents of chat messages are joined by newlines, so what is expected of that is expected.
  private static JsonNode flat(JsonNode expected) {
    return expected.path("if_contents_are_joined_by_newlines").isMissingNode()
        ? expected
        : expected.get("if_contents_are_joined_by_newlines");
  }

  /// As `shards/base - unlisted`.
  String id() {
    return folder.getFileName() + "/" + name;
  }

  /// The command's arguments, but for where results go.
  List<String> arguments() {
    return name.contains(" - ") ? compare(name.split(" - ", 2)) : fisher(name);
  }

  private List<String> compare(String[] models) {
    return List.of("compare", "--base", path(models[0]), "--fine-tune", path(models[1]));
  }

  /// The arguments that run `fisher` on another input of the same script.
  List<String> fisher(String input) {
    if (Files.isDirectory(folder.resolve("model"))) {
      String field = TEXT_FIELDS.getOrDefault(input, "text");
      return List.of(
          "fisher", "--model", path("model"), "--calibration", path(input), "--text-field", field);
    }
    return List.of("fisher", "--model", path(input), "--calibration", path("texts.jsonl"));
  }

  private String path(String input) {
    return folder.resolve(input).toString();
  }

  @Override
  public String toString() {
    return id();
  }
}
