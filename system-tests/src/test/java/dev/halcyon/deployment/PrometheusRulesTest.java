package dev.halcyon.deployment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The alert rules: their own tests by promtool, and their runbooks.
class PrometheusRulesTest {
  private static final Path ROOT = Path.of(System.getProperty("halcyon.root"));
  private static final Path FOLDER = ROOT.resolve("deploy/prometheus");
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private static List<Path> files(String folder) throws IOException {
    try (Stream<Path> files = Files.list(FOLDER.resolve(folder))) {
      return files.filter(file -> file.toString().endsWith(".yml")).sorted().toList();
    }
  }

  private static List<String> paths(String folder) throws IOException {
    return files(folder).stream().map(Path::toString).toList();
  }

  static List<JsonNode> alerts() throws IOException {
    List<JsonNode> alerts = new ArrayList<>();
    for (Path file : files("rules")) {
      for (JsonNode group : YAML.readTree(file.toFile()).get("groups")) {
        group.get("rules").forEach(alerts::add);
      }
    }
    assertThat(alerts).hasSizeGreaterThan(5);
    return alerts;
  }

  @Test
  void promtoolTakesTheConfigurationAndItsRules() throws Exception {
    promtool(List.of("check", "config", FOLDER.resolve("prometheus.yml").toString()));
  }

  @Test
  void theTestsOfTheRulesPass() throws Exception {
    List<String> command = new ArrayList<>(List.of("test", "rules"));
    command.addAll(paths("tests"));
    assertThat(command).hasSizeGreaterThan(2);
    promtool(command);
  }

  @ParameterizedTest
  @MethodSource("alerts")
  void everyAlertHasATestThatSeesItFireAndOneThatDoesNot(JsonNode rule) throws IOException {
    List<Boolean> fires = new ArrayList<>();
    for (Path file : files("tests")) {
      for (JsonNode test : YAML.readTree(file.toFile()).findValues("alert_rule_test")) {
        for (JsonNode expected : test) {
          if (expected.get("alertname").equals(rule.get("alert"))) {
            fires.add(!expected.get("exp_alerts").isEmpty());
          }
        }
      }
    }
    assertThat(fires).contains(true, false);
  }

  @ParameterizedTest
  @MethodSource("alerts")
  void everyAlertHasASeverityAndAParagraphOfTheRunbook(JsonNode rule) throws IOException {
    String name = rule.get("alert").asText();
    assertThat(rule.at("/labels/severity").asText()).isIn("warning", "critical");
    assertThat(rule.at("/annotations/summary").asText()).isNotBlank();
    assertThat(rule.at("/annotations/runbook").asText())
        .isEqualTo("docs/operations.md#" + name.toLowerCase(Locale.ROOT));
    assertThat(ROOT.resolve("docs/operations.md"))
        .content(UTF_8)
        .containsPattern("\n### " + name + "\n\n\\w");
  }

  /// What went away together with Prometheus counts until then, and must not raise an alert.
  @Test
  void theLastValuesOfWhatIsGoneAreForgottenBeforeAnAlertFires() throws IOException {
    String flag = "--query.lookback-delta=";
    long lookback =
        ComposeFile.read(ROOT.resolve("docker-compose.yml"))
            .services()
            .get("prometheus")
            .command()
            .stream()
            .filter(argument -> argument.startsWith(flag))
            .mapToLong(argument -> seconds(argument.substring(flag.length())))
            .findFirst()
            .orElseThrow();
    JsonNode configuration = YAML.readTree(FOLDER.resolve("prometheus.yml").toFile());
    assertThat(lookback)
        .isGreaterThan(3 * seconds(configuration.at("/global/scrape_interval").asText()));
    assertThat(alerts())
        .filteredOn(rule -> rule.has("for"))
        .isNotEmpty()
        .allSatisfy(rule -> assertThat(seconds(rule.get("for").asText())).isGreaterThan(lookback));
  }

  /// Of `30s` or `2m`.
  private static long seconds(String duration) {
    return Duration.parse("PT" + duration.toUpperCase(Locale.ROOT)).toSeconds();
  }

  private static void promtool(List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(executable().toString());
    command.addAll(arguments);
    Path output = Files.createTempFile("promtool", ".log");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    } finally {
      Files.delete(output);
    }
  }

  /// Without promtool the calling test is skipped on a developer's machine and fails in CI.
  private static Path executable() {
    Optional<Path> found =
        candidates()
            .map(folder -> folder.resolve("promtool"))
            .filter(Files::isExecutable)
            .findFirst();
    String missing = "no promtool: run tools/promtool/install.sh";
    if ("true".equals(System.getenv("CI"))) {
      assertThat(found).as(missing).isPresent();
    }
    assumeTrue(found.isPresent(), missing);
    return found.orElseThrow();
  }

  /// The `PATH`, and the folder of the installer.
  private static Stream<Path> candidates() {
    Map<String, String> environment = System.getenv();
    String cache =
        environment.getOrDefault("XDG_CACHE_HOME", System.getProperty("user.home") + "/.cache");
    String[] path = environment.getOrDefault("PATH", "").split(File.pathSeparator, -1);
    return Stream.concat(
        Arrays.stream(path).map(Path::of), Stream.of(Path.of(cache, "halcyon", "promtool")));
  }
}
