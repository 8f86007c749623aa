package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The comparison that a fleet's is held against: by the command, which nothing disturbs.
final class UndisturbedJob {
  private UndisturbedJob() {}

  /// Runs the command; returns the folder of its results.
  static Path run(Path folder, List<String> models, Map<String, String> environment)
      throws Exception {
    Path output = folder.resolve("by-command");
    List<String> command = ServiceProcess.halcyon(Map.of());
    command.addAll(List.of("compare", "--base", models.getFirst()));
    models.stream().skip(1).forEach(model -> command.addAll(List.of("--fine-tune", model)));
    command.addAll(List.of("--output", output.toString()));
    Path log = folder.resolve("command.log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    assertThat(builder.start().waitFor()).as(() -> "see " + log).isZero();
    return output;
  }

  /// A report without what names the run.
  static String content(byte[] report) throws IOException {
    ObjectNode tree = (ObjectNode) new ObjectMapper().readTree(report);
    tree.remove("run");
    return tree.toPrettyString();
  }
}
