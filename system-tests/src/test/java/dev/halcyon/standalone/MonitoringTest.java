package dev.halcyon.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.halcyon.contracts.request.CompareRequest;
import dev.halcyon.contracts.request.UserRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Holds the documented metrics, the dashboards and the alert rules against what running services
/// answer to Prometheus.
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class MonitoringTest {
  private static final Path ROOT = Path.of(System.getProperty("halcyon.root"));
  private static final Path DEPLOY = ROOT.resolve("deploy");
  private static final Map<String, String> SERVICES =
      Map.of(
          "fetcher", "fetcher",
          "similarity-worker", "similarity worker",
          "fisher-worker", "Fisher worker",
          "aggregator", "aggregator",
          "plotter", "plotter");

  /// What Prometheus or other exporters add.
  private static final Set<String> METRICS_OF_OTHERS =
      Set.of("up", "ALERTS", "DCGM_FI_DEV_GPU_UTIL", "DCGM_FI_DEV_FB_USED");

  private static final Set<String> LABELS_OF_OTHERS =
      Set.of("service", "instance", "alertstate", "gpu", "Hostname");

  /// Micrometer looks for new metrics of a Kafka client once a minute.
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private static final Pattern LEGEND = Pattern.compile("\\{\\{\\s*(\\w+)\\s*}}");

  @TempDir private static Path folder;
  private static Fleet fleet;
  private static Map<String, Scrape> atStart;
  private static Map<String, Scrape> afterAJob;
  private static String jobId;

  /// A row of the documented table.
  private record Documented(String name, String type, Set<String> labels, String services) {
    boolean isOfAJob() {
      return labels.contains("job_id");
    }

    boolean isOf(String service) {
      return switch (services) {
        case "all" -> true;
        case "all but aggregator" -> !service.equals("aggregator");
        default -> services.equals(SERVICES.get(service));
      };
    }

    List<String> series() {
      return type.equals("histogram")
          ? Stream.of("_bucket", "_sum", "_count", "_max").map(part -> name + part).toList()
          : List.of(name);
    }
  }

  @BeforeAll
  static void runAJob() throws Exception {
    fleet = Fleet.start(folder, Map.of());
    for (String service : SERVICES.keySet()) {
      fleet.add(
          service,
          Map.of(
              "halcyon.fetcher.local-roots",
              ROOT.resolve("examples").toAbsolutePath().toString(),
              "halcyon.fisher.threads",
              "1"));
    }
    fleet.awaitStart();
    atStart = scrapeOnce(MonitoringTest::missingAtStart);
    JobOutcome outcome = new JobClient(fleet.bootstrapServers()).run(request(), _ -> {});
    assertThat(outcome).as(fleet::logs).isInstanceOf(JobOutcome.Ready.class);
    jobId = ((JobOutcome.Ready) outcome).jobId();
    afterAJob = scrapeOnce(MonitoringTest::missingForMonitoring);
  }

  @AfterAll
  static void stop() {
    fleet.close();
  }

  private static CompareRequest request() {
    String models = ROOT.resolve("examples/models").toAbsolutePath().toString();
    String json =
        """
        {"base": "%s/base", "fine_tunes": ["%s/python"], "analyses": ["similarity", "fisher"],
         "fisher": {"models": ["base"], "samples": 2}}\
        """
            .formatted(models, models);
    return (CompareRequest) UserRequest.read(json.getBytes(UTF_8));
  }

  private interface Missing {
    Set<String> in(Map<String, Scrape> scrapes) throws IOException;
  }

  /// Scrapes until nothing is missing, or for as long as there is patience.
  private static Map<String, Scrape> scrapeOnce(Missing missing) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      Map<String, Scrape> scrapes = scrape();
      if (missing.in(scrapes).isEmpty() || System.nanoTime() > end) {
        return scrapes;
      }
      Thread.sleep(500);
    }
  }

  private static Map<String, Scrape> scrape() throws Exception {
    Map<String, Scrape> scrapes = new TreeMap<>();
    for (String service : SERVICES.keySet()) {
      scrapes.put(service, Scrape.parse(fleet.service(service).http("/q/metrics").body()));
    }
    return scrapes;
  }

  private static List<Documented> documented() throws IOException {
    List<Documented> rows = new ArrayList<>();
    for (String line : Files.readAllLines(ROOT.resolve("docs/reference/metrics.md"))) {
      if (line.startsWith("| `halcyon_")) {
        String[] cells = line.split("\\|", -1);
        for (String name : quoted(cells[1])) {
          rows.add(
              new Documented(
                  name, cells[2].strip(), Set.copyOf(quoted(cells[3])), cells[4].strip()));
        }
      }
    }
    return rows;
  }

  private static List<String> quoted(String cell) {
    return Pattern.compile("`([^`]*)`").matcher(cell).results().map(it -> it.group(1)).toList();
  }

  private static Set<String> missingAtStart(Map<String, Scrape> scrapes) throws IOException {
    Set<String> missing = new TreeSet<>();
    for (Documented metric : documented()) {
      for (String service : SERVICES.keySet()) {
        if (!metric.isOfAJob() && metric.isOf(service)) {
          metric.series().stream()
              .filter(name -> scrapes.get(service).of(name).isEmpty())
              .forEach(name -> missing.add(service + " " + name));
        }
      }
    }
    return missing;
  }

  @Test
  void whatHasNoJobIsThereFromTheStart() throws Exception {
    assertThat(documented()).hasSizeGreaterThan(30);
    assertThat(missingAtStart(atStart)).isEmpty();
  }

  @Test
  void countsBeginWithZero() throws Exception {
    Set<String> begun = new TreeSet<>();
    for (Documented metric : documented()) {
      boolean counts = !metric.type().equals("gauge") && !metric.name().contains("_store_");
      for (Scrape scrape : atStart.values()) {
        metric.series().stream()
            .filter(_ -> counts)
            .flatMap(name -> scrape.of(name).stream())
            .filter(series -> series.value() != 0)
            .forEach(series -> begun.add(series.toString()));
      }
    }
    assertThat(begun).isEmpty();
  }

  @Test
  void everyMetricOfOursIsDocumentedForItsServiceWithItsLabels() throws Exception {
    Map<String, Documented> bySeries = new TreeMap<>();
    documented().forEach(metric -> metric.series().forEach(name -> bySeries.put(name, metric)));
    for (String service : SERVICES.keySet()) {
      for (Scrape.Series series : afterAJob.get(service).series()) {
        if (series.name().startsWith("halcyon_")) {
          Documented metric = bySeries.get(series.name());
          assertThat(metric).as(series.name()).isNotNull();
          assertThat(metric.isOf(service)).as(service + " " + series).isTrue();
          Set<String> labels = new TreeSet<>(series.labels().keySet());
          labels.remove("le");
          assertThat(labels).as(series.toString()).isEqualTo(metric.labels());
        }
      }
    }
  }

  @Test
  void everyDocumentedMetricOfAJobIsThereAfterOne() throws Exception {
    Scrape aggregator = afterAJob.get("aggregator");
    for (Documented metric : documented()) {
      if (metric.isOfAJob()) {
        assertThat(aggregator.of(metric.name()))
            .as(metric.name())
            .isNotEmpty()
            .allSatisfy(series -> assertThat(series.labels()).containsEntry("job_id", jobId));
      }
    }
    assertThat(aggregator.of("halcyon_job_items_done"))
        .extracting(Scrape.Series::value)
        .isEqualTo(
            aggregator.of("halcyon_job_items_planned").stream().map(Scrape.Series::value).toList());
  }

  /// An expression with where it stands.
  ///
  /// @param legend labels that its legend names
  record Used(String place, String expression, Set<String> legend) {
    @Override
    public String toString() {
      return place;
    }
  }

  static List<Used> expressions() throws IOException {
    List<Used> used = new ArrayList<>();
    ObjectMapper yaml = new ObjectMapper(new YAMLFactory());
    for (Path file : files(DEPLOY.resolve("prometheus/rules"), ".yml")) {
      for (JsonNode rule : yaml.readTree(file.toFile()).findValue("rules")) {
        String place = file.getFileName() + ": " + rule.get("alert").asText();
        used.add(new Used(place, rule.get("expr").asText(), Set.of()));
      }
    }
    for (Path file : files(DEPLOY.resolve("grafana/dashboards"), ".json")) {
      JsonNode board = new ObjectMapper().readTree(file.toFile());
      for (JsonNode panel : board.findParents("targets")) {
        String place = file.getFileName() + ": " + panel.get("title").asText();
        for (JsonNode target : panel.get("targets")) {
          used.add(new Used(place, target.get("expr").asText(), legend(target)));
        }
      }
    }
    return used;
  }

  private static Set<String> legend(JsonNode target) {
    Set<String> labels = new TreeSet<>();
    LEGEND
        .matcher(target.get("legendFormat").asText())
        .results()
        .forEach(label -> labels.add(label.group(1)));
    return labels;
  }

  private static List<Path> files(Path of, String ending) throws IOException {
    try (Stream<Path> files = Files.list(of)) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }

  private static Set<String> missingForMonitoring(Map<String, Scrape> scrapes) throws IOException {
    Set<String> missing = new TreeSet<>();
    Set<String> names = Scrape.all(scrapes.values()).names();
    for (Used used : expressions()) {
      missing.addAll(PromQuery.parse(used.expression()).metrics());
    }
    missing.removeAll(names);
    missing.removeAll(METRICS_OF_OTHERS);
    return missing;
  }

  @Test
  void dashboardsAndRulesUseWhatServicesExport() throws Exception {
    assertThat(expressions()).hasSizeGreaterThan(40);
    assertThat(missingForMonitoring(afterAJob)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("expressions")
  void dashboardsAndRulesUseLabelsThatTheirMetricsHave(Used used) {
    PromQuery query = PromQuery.parse(used.expression());
    Scrape all = Scrape.all(afterAJob.values());
    Set<String> known = new TreeSet<>(LABELS_OF_OTHERS);
    query.metrics().forEach(metric -> known.addAll(all.labels(metric)));

    assertThat(query.metrics()).isNotEmpty();
    assertThat(known).containsAll(query.labels()).containsAll(used.legend());
  }
}
