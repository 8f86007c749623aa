package dev.halcyon.deployment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A Dockerfile's stages with their instructions, lines joined and comments left out.
record Dockerfile(Map<String, Stage> stages) {
  private static final String FROM = "FROM";

  record Instruction(String word, String rest) {}

  /// @param base another stage, or an image
  record Stage(String name, String base, List<Instruction> instructions) {
    List<String> all(String word) {
      return instructions.stream()
          .filter(instruction -> instruction.word().equals(word))
          .map(Instruction::rest)
          .toList();
    }
  }

  static Dockerfile read(Path file) throws IOException {
    Map<String, Stage> stages = new LinkedHashMap<>();
    Stage current = null;
    for (Instruction instruction : instructions(Files.readString(file))) {
      if (instruction.word().equals(FROM)) {
        String[] words = instruction.rest().split("\\s+", -1);
        current = new Stage(words[words.length - 1], words[0], new ArrayList<>());
        stages.put(current.name(), current);
      } else if (current != null) {
        current.instructions().add(instruction);
      }
    }
    return new Dockerfile(stages);
  }

  private static List<Instruction> instructions(String text) {
    String code = text.replaceAll("(?m)^\\s*#.*\\R", "").replaceAll("\\\\\\R\\s*", " ");
    return Arrays.stream(code.split("\\R", -1))
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .map(line -> line.split("\\s+", 2))
        .map(words -> new Instruction(words[0], words.length > 1 ? words[1] : ""))
        .toList();
  }

  /// Images that are pulled.
  List<String> baseImages() {
    return stages.values().stream()
        .map(Stage::base)
        .filter(base -> !stages.containsKey(base))
        .toList();
  }

  /// The last value of an instruction that a stage or what it is built on gives.
  Optional<String> inherited(String stage, String word) {
    Stage current = stages.get(stage);
    while (current != null) {
      List<String> values = current.all(word);
      if (!values.isEmpty()) {
        return Optional.of(values.getLast());
      }
      current = stages.get(current.base());
    }
    return Optional.empty();
  }
}
