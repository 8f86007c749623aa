package dev.halcyon.hub.calibration;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/// Writes calibration texts.
final class CalibrationFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private CalibrationFile() {}

  static void write(List<String> texts, Path output) throws IOException {
    Path folder = output.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path part = Files.createTempFile(folder, "." + output.getFileName(), ".part");
    try {
      boolean lines = output.getFileName().toString().endsWith(".txt");
      try (BufferedWriter writer = Files.newBufferedWriter(part)) {
        for (String text : texts) {
          writer.write(lines ? oneLine(text) : JSON.writeValueAsString(Map.of("text", text)));
          writer.write('\n');
        }
      }
      Files.move(part, output, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s*\\R\\s*", " ").strip();
  }
}
