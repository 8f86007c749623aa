package dev.halcyon.objectstore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The directory backend with processes of their own, the way services use it.
class DirectoryProcessesTest {
  @TempDir Path folder;

  private ObjectStore open() {
    return new DirectoryObjectStore(folder);
  }

  @Test
  void ofRacingProcessesOneWinsEachKey() throws Exception {
    List<Process> running = new ArrayList<>();
    for (String name : List.of("one", "two", "three")) {
      running.add(start(List.of(), "race", folder.toString(), name));
    }
    List<String> won = new ArrayList<>();
    for (Process process : running) {
      won.addAll(outputOf(process, 0));
    }
    assertThat(won)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, StoreProcess.RACED_KEYS).mapToObj(String::valueOf).toList());
    try (ObjectStore store = open()) {
      for (String key : won) {
        assertThat(new String(store.get("race/" + key), UTF_8)).isIn("one", "two", "three");
      }
    }
    assertThat(uploads()).isEmpty();
  }

  @Test
  void aPutThatDiesHalfwayIsSeenByNobody() throws Exception {
    outputOf(start(List.of(), "die", folder.toString()), StoreProcess.HALT_STATUS);
    try (ObjectStore store = open()) {
      assertThat(store.list("")).isEmpty();
      assertThat(store.find("dead")).isEmpty();
      assertThat(store.putIfAbsent("dead", new byte[1])).isTrue();
    }
    assertThat(uploads()).hasSize(1);
  }

  @Test
  void aFullDiskIsForTheOperatorAndLeavesNothingHalf() throws Exception {
    List<String> onSmallDisk =
        List.of(
            "unshare",
            "--user",
            "--map-root-user",
            "--mount",
            "sh",
            "-c",
            "mount -t tmpfs -o size=5500k tmpfs '%s' && exec \"$@\"".formatted(folder),
            "sh");
    assumeTrue(works(onSmallDisk), "needs the right to mount a small disk");
    List<String> said = outputOf(start(onSmallDisk, "fill", folder.toString()), 0);
    assertThat(said.get(0)).isEqualTo("StoreEnvironmentException");
    assertThat(said.get(1)).contains("object5").contains("No space left on device");
    assertThat(said.subList(2, said.size()))
        .containsExactly("true", "true", "true", "true", "true", "true", "room again");
  }

  private static boolean works(List<String> prefix) throws InterruptedException {
    List<String> command = new ArrayList<>(prefix);
    command.add("true");
    try {
      return new ProcessBuilder(command).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private List<String> uploads() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(StagingArea.NAME))) {
      return files.map(Path::toString).toList();
    }
  }

  private static Process start(List<String> prefix, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", classPath()));
    command.add(StoreProcess.class.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("LC_ALL", "C");
    return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  private static List<String> outputOf(Process process, int status)
      throws IOException, InterruptedException {
    List<String> lines = process.inputReader(UTF_8).lines().toList();
    assertThat(process.waitFor()).isEqualTo(status);
    return lines;
  }
}
