package dev.halcyon.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What can be said of the dashboards without Grafana; `MonitoringTest` holds their queries against
/// running services.
class DashboardsTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("halcyon.root"), "deploy", "grafana");

  private static final int COLUMNS = 24;

  /// Types that Grafana's core has and these dashboards use.
  private static final Set<String> TYPES =
      Set.of("row", "stat", "gauge", "bargauge", "table", "timeseries");

  /// `$name` or `${name}`; those of Grafana begin with two underscores.
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{?([a-z]\\w*)");

  /// @param json the whole dashboard
  record Dashboard(String file, JsonNode json) {
    /// Those in collapsed rows too.
    List<JsonNode> panels() {
      List<JsonNode> all = new ArrayList<>();
      for (JsonNode panel : json.get("panels")) {
        all.add(panel);
        panel.path("panels").forEach(all::add);
      }
      return all;
    }

    @Override
    public String toString() {
      return file;
    }
  }

  static List<Dashboard> dashboards() throws IOException {
    List<Dashboard> dashboards = new ArrayList<>();
    try (Stream<Path> files = Files.list(FOLDER.resolve("dashboards"))) {
      for (Path file : files.sorted().toList()) {
        dashboards.add(
            new Dashboard(
                file.getFileName().toString(), new ObjectMapper().readTree(file.toFile())));
      }
    }
    return dashboards;
  }

  private static String dataSource() throws IOException {
    Path file = FOLDER.resolve("provisioning/datasources/prometheus.yml");
    return new ObjectMapper(new YAMLFactory())
        .readTree(file.toFile())
        .at("/datasources/0/uid")
        .asText();
  }

  @Test
  void eachHasANameAndAnIdentityOfItsOwn() throws IOException {
    assertThat(dashboards()).hasSize(2);
    for (String field : List.of("uid", "title")) {
      assertThat(dashboards())
          .extracting(dashboard -> dashboard.json().path(field).asText())
          .doesNotHaveDuplicates()
          .allSatisfy(value -> assertThat(value).isNotBlank());
    }
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void everyPanelIsOfGrafanasCoreAndComplete(Dashboard dashboard) {
    assertThat(dashboard.panels())
        .extracting(panel -> panel.path("id").asInt())
        .doesNotContain(0)
        .doesNotHaveDuplicates();
    for (JsonNode panel : dashboard.panels()) {
      String title = panel.path("title").asText();
      assertThat(title).isNotBlank();
      assertThat(panel.path("type").asText()).as(title).isIn(TYPES);
      if (!panel.path("type").asText().equals("row")) {
        assertThat(panel.at("/fieldConfig/defaults/unit").asText()).as(title).isNotBlank();
        assertThat(panel.path("targets")).as(title).isNotEmpty();
        assertThat(panel.path("description").asText()).as(title).isNotBlank();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void panelsAreWithinTheGridAndDoNotOverlap(Dashboard dashboard) {
    Set<List<Integer>> taken = new HashSet<>();
    for (JsonNode panel : dashboard.panels()) {
      JsonNode place = panel.get("gridPos");
      int x = place.get("x").asInt();
      int y = place.get("y").asInt();
      String title = panel.get("title").asText();
      assertThat(x + place.get("w").asInt()).as(title).isLessThanOrEqualTo(COLUMNS);
      for (int column = x; column < x + place.get("w").asInt(); column++) {
        for (int row = y; row < y + place.get("h").asInt(); row++) {
          assertThat(taken.add(List.of(column, row))).as(title).isTrue();
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void theDataSourceIsTheProvisionedOne(Dashboard dashboard) throws IOException {
    assertThat(dashboard.json().findValues("datasource"))
        .isNotEmpty()
        .extracting(source -> source.path("uid").asText())
        .containsOnly(dataSource());
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void variablesAreDeclaredAndUsed(Dashboard dashboard) {
    Set<String> declared = new TreeSet<>();
    dashboard.json().at("/templating/list").forEach(it -> declared.add(it.get("name").asText()));
    Set<String> used = new TreeSet<>();
    for (String part : List.of("panels", "links")) {
      VARIABLE
          .matcher(dashboard.json().get(part).toString())
          .results()
          .forEach(found -> used.add(found.group(1)));
    }
    assertThat(used).isEqualTo(declared);
  }
}
