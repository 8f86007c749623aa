package dev.halcyon.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// What Kustomize makes of a folder of `deploy/k8s`.
final class Kustomize {
  static final Path FOLDER = Path.of(System.getProperty("halcyon.root"), "deploy", "k8s");

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private Kustomize() {}

  /// A folder as it is, such as `overlays/local`.
  static List<JsonNode> build(String folder) {
    try {
      return build(FOLDER.resolve(folder));
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// The base with components, each of which may need those before it.
  static List<JsonNode> baseWith(List<String> components) {
    try {
      return build(components, Files.createTempDirectory("kustomize").toRealPath());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static List<JsonNode> build(List<String> components, Path folder)
      throws IOException, InterruptedException {
    Path file = folder.resolve("kustomization.yaml");
    Path up = folder.relativize(FOLDER.toRealPath());
    try {
      Files.writeString(
          file,
          "namespace: halcyon\nresources: [%s]\ncomponents: %s\n"
              .formatted(
                  up.resolve("base"),
                  components.stream()
                      .map(name -> up.resolve("components").resolve(name))
                      .toList()));
      return build(folder);
    } finally {
      Files.delete(file);
      Files.delete(folder);
    }
  }

  private static List<JsonNode> build(Path folder) throws IOException, InterruptedException {
    List<String> command =
        Stream.concat(executable().stream(), Stream.of(folder.toString())).toList();
    Path errors = Files.createTempFile("kustomize", ".log");
    try {
      Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
      List<JsonNode> objects =
          YAML.readerFor(JsonNode.class).<JsonNode>readValues(process.getInputStream()).readAll();
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
      assertThat(errors).as("warnings").isEmptyFile();
      return objects;
    } finally {
      Files.delete(errors);
    }
  }

  /// Without Kustomize the calling test is skipped on a developer's machine and fails in CI.
  private static List<String> executable() {
    Optional<List<String>> found =
        find("kustomize")
            .map(path -> List.of(path, "build"))
            .or(() -> find("kubectl").map(path -> List.of(path, "kustomize")));
    String missing = "neither kustomize nor kubectl: run tools/kustomize/install.sh";
    if ("true".equals(System.getenv("CI"))) {
      assertThat(found).as(missing).isPresent();
    }
    assumeTrue(found.isPresent(), missing);
    return found.orElseThrow();
  }

  /// On the `PATH`, or in the folder of the installer.
  private static Optional<String> find(String name) {
    Map<String, String> environment = System.getenv();
    String cache =
        environment.getOrDefault("XDG_CACHE_HOME", System.getProperty("user.home") + "/.cache");
    String[] path = environment.getOrDefault("PATH", "").split(File.pathSeparator, -1);
    return Stream.concat(
            Arrays.stream(path).map(Path::of), Stream.of(Path.of(cache, "halcyon", "kustomize")))
        .map(folder -> folder.resolve(name))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
  }
}
