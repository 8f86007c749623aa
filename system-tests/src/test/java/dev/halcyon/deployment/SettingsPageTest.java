package dev.halcyon.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.deployment.Settings.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// `docs/reference/settings.md` beside the code: every setting and variable is in its table, with
/// the default that the code has, and nothing else is.
class SettingsPageTest {
  private static final Path ROOT = Path.of(System.getProperty("halcyon.root"));
  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
  private static final Pattern READ =
      Pattern.compile("(?:getProperty|getBoolean)\\(\\s*\"(halcyon\\.[a-z.-]+)\"");
  private static final Pattern CONSTANT = Pattern.compile("PROPERTY = \"(halcyon\\.[a-z.-]+)\"");
  private static final Pattern VARIABLE =
      Pattern.compile("\"((?:HALCYON|HF|AWS|TRANSFORMERS|XDG|OMP|GOMP)_[A-Z0-9_]+)\"");
  private static final Pattern OURS = Pattern.compile("\\bHALCYON_[A-Z0-9_]+");

  /// Settings of Quarkus that a deployment is expected to change; the services preset many more.
  private static final Set<String> OF_QUARKUS =
      Set.of("quarkus.http.host", "quarkus.http.port", "quarkus.log.console.json.enabled");

  /// Settings that no class of ours reads by name.
  private static final Set<String> OF_KAFKA = Set.of("kafka.bootstrap.servers", "kafka.*");

  /// A row of the table.
  private record Row(List<String> names, List<String> variables, String fallback) {}

  private static final List<Row> ROWS = new ArrayList<>();

  @BeforeAll
  static void read() throws IOException {
    for (String line : Files.readAllLines(ROOT.resolve("docs/reference/settings.md"))) {
      String[] cells = line.split("\\|", -1);
      if (cells.length == 7 && cells[1].matches(".*[`–].*")) {
        ROWS.add(new Row(quoted(cells[1]), quoted(cells[2]), String.join("", quoted(cells[4]))));
      }
    }
  }

  private static List<String> quoted(String cell) {
    return QUOTED.matcher(cell).results().map(found -> found.group(1)).toList();
  }

  @Test
  void theTableHasAllSettingsOfTheCodeAndNoOthers() throws IOException {
    Set<String> expected = new TreeSet<>(OF_KAFKA);
    expected.addAll(OF_QUARKUS);
    expected.addAll(systemProperties());
    Settings.all().keySet().stream()
        .filter(name -> name.matches("halcyon\\..*|smallrye\\.messaging\\.worker\\..*concurrency"))
        .forEach(expected::add);

    assertThat(names()).isEqualTo(expected);
    assertThat(Settings.all().keySet()).containsAll(OF_QUARKUS);
  }

  private static Set<String> names() {
    return ROWS.stream()
        .flatMap(row -> row.names.stream())
        .map(name -> name.replaceFirst("\\.\".*", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void defaultsAreThoseOfTheCode() {
    Map<String, String> documented = new TreeMap<>();
    ROWS.forEach(row -> row.names.forEach(name -> documented.put(name, row.fallback)));
    Map<String, String> expected = new TreeMap<>();
    for (Setting setting : Settings.all().values()) {
      if (documented.containsKey(setting.name()) && !setting.name().equals("quarkus.http.port")) {
        expected.put(setting.name(), setting.fallback().orElse(""));
      }
    }

    assertThat(documented).containsAllEntriesOf(expected);
  }

  @Test
  void aSettingHasTheVariableThatItsNameGives() {
    for (Row row : ROWS) {
      if (row.names.size() == 1 && !row.variables.isEmpty() && !row.names.contains("kafka.*")) {
        String name = row.names.getFirst();
        String variable =
            name.startsWith("halcyon.aggregator.streams.") ? name.replace("\"", "") : name;
        assertThat(row.variables).containsExactly(Settings.variable(variable));
      }
    }
  }

  @Test
  void theTableHasAllVariablesThatTheCodeReads() throws IOException {
    assertThat(variables()).containsAll(found(VARIABLE, sources()));
  }

  /// Scripts, images and manifests set no variable that nothing reads.
  @Test
  void theTableHasAllVariablesOfScriptsImagesAndManifests() throws IOException {
    List<Path> files = new ArrayList<>(files("deploy", ".*"));
    files.addAll(List.of(ROOT.resolve("halcyon"), ROOT.resolve("docker-compose.yml")));
    Set<String> used = found(OURS, files);

    assertThat(used).contains("HALCYON_JAVA_OPTS", "HALCYON_STORE_URI");
    assertThat(variables()).containsAll(used);
  }

  private static Set<String> variables() {
    return ROWS.stream()
        .flatMap(row -> row.variables.stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> systemProperties() throws IOException {
    Set<String> all = new TreeSet<>(found(READ, sources()));
    all.addAll(found(CONSTANT, sources()));
    return all;
  }

  private static Set<String> found(Pattern pattern, List<Path> files) throws IOException {
    Set<String> found = new TreeSet<>();
    for (Path file : files) {
      pattern
          .matcher(Files.readString(file))
          .results()
          .map((MatchResult result) -> result.group(result.groupCount()))
          .forEach(found::add);
    }
    return found;
  }

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String folder : Arrays.asList("libs", "services", "standalone")) {
      sources.addAll(files(folder, ".*/src/main/java/.*\\.java"));
    }
    return sources;
  }

  private static List<Path> files(String folder, String pattern) throws IOException {
    try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.toString().matches(pattern) && !file.toString().contains("/target/"))
          .sorted()
          .toList();
    }
  }
}
