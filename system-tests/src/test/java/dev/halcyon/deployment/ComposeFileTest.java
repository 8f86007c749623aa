package dev.halcyon.deployment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.request.CompareRequest;
import dev.halcyon.contracts.request.ModelSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What can be said of `docker-compose.yml` without an engine.
class ComposeFileTest {
  private static final Path ROOT = Path.of(System.getProperty("halcyon.root"));
  private static final Path FILE = ROOT.resolve("docker-compose.yml");
  private static final String COMPLETED = "service_completed_successfully";
  private static final String HEALTHY = "service_healthy";

  /// Variables that other parts of a service than its own settings read.
  private static final Set<String> OTHERS =
      Set.of(
          "KAFKA_BOOTSTRAP_SERVERS",
          "AWS_ENDPOINT_URL",
          "AWS_REGION",
          "AWS_ACCESS_KEY_ID",
          "AWS_SECRET_ACCESS_KEY",
          "HF_TOKEN");

  private static ComposeFile compose;

  @BeforeAll
  static void read() throws IOException {
    compose = ComposeFile.read(FILE);
  }

  private static Map<String, ComposeFile.Service> ours() {
    return compose.services().entrySet().stream()
        .filter(service -> service.getValue().build() != null)
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  @Test
  void hasEveryServiceOfTheSystem() {
    assertThat(compose.services().keySet())
        .contains(
            "fetcher",
            "similarity-worker",
            "fisher-worker",
            "fisher-worker-gpu",
            "aggregator",
            "plotter",
            "kafka",
            "s3",
            "bucket",
            "prometheus",
            "grafana");
  }

  @Test
  void imagesOfOthersArePinned() {
    compose.services().values().stream()
        .filter(service -> service.build() == null)
        .forEach(service -> assertThat(service.image()).matches(".+:v?\\d+\\.\\d+.*"));
  }

  @Test
  void onlyThisMachineReachesThePorts() {
    assertThat(compose.services().values())
        .flatExtracting(ComposeFile.Service::ports)
        .isNotEmpty()
        .allSatisfy(port -> assertThat(port).asString().startsWith("127.0.0.1:"));
  }

  @Test
  void everyContainerHasLimits() {
    compose
        .services()
        .forEach((name, service) -> {
          ComposeFile.Limits limits = service.deploy().resources().limits();
          assertThat(limits.memory()).as(name).matches(".*\\d+[MG].*");
          assertThat(limits.cpus()).as(name).isNotBlank();
        });
  }

  /// `up --wait` takes a container that has ended for a failure unless another waits for its end.
  @Test
  void whatEndsIsWaitedFor() {
    Set<String> awaited =
        dependencies(COMPLETED).map(Map.Entry::getKey).collect(Collectors.toSet());
    assertThat(awaited).isNotEmpty();
    compose
        .services()
        .forEach((name, service) -> {
          boolean ends = "no".equals(service.restart());
          assertThat(ends).as(name).isEqualTo(awaited.contains(name));
          assertThat(ends || service.build() != null || service.healthcheck() != null)
              .as("health check of " + name)
              .isTrue();
        });
    dependencies(HEALTHY).forEach(waited -> assertThat(awaited).doesNotContain(waited.getKey()));
  }

  private static Stream<Map.Entry<String, ComposeFile.Dependency>> dependencies(String condition) {
    return compose.services().values().stream()
        .flatMap(service -> service.dependsOn().entrySet().stream())
        .filter(dependency -> dependency.getValue().condition().equals(condition))
        .peek(dependency -> assertThat(compose.services()).containsKey(dependency.getKey()));
  }

  @Test
  void servicesOfOursAreConfined() {
    ours()
        .forEach((name, service) -> {
          assertThat(service.readOnly()).as(name).isTrue();
          assertThat(service.capDrop()).as(name).containsExactly("ALL");
          assertThat(service.securityOpt()).as(name).contains("no-new-privileges:true");
          assertThat(targets(service)).as(name).contains("/tmp");
        });
  }

  private static List<String> targets(ComposeFile.Service service) {
    return Stream.concat(
            service.tmpfs().stream().map(folder -> folder.split(":", -1)[0]),
            service.volumes().stream().map(ComposeFileTest::target))
        .toList();
  }

  private static String target(String volume) {
    return withoutDefaults(volume).split(":", -1)[1];
  }

  /// `${NAME:-value}` as its value.
  private static String withoutDefaults(String text) {
    return text.replaceAll("\\$\\{\\w+:-([^}]*)}", "$1");
  }

  @Test
  void imagesAreBuiltFromStagesThatAreThere() throws IOException {
    for (Map.Entry<String, ComposeFile.Service> service : ours().entrySet()) {
      ComposeFile.Build build = service.getValue().build();
      Dockerfile dockerfile = Dockerfile.read(ROOT.resolve(build.dockerfile()));
      assertThat(dockerfile.stages()).containsKey(build.target());
      if (build.target().equals("service")) {
        assertThat(build.args()).isEqualTo(Map.of("SERVICE", service.getKey()));
        assertThat(ROOT.resolve("services").resolve(service.getKey())).isDirectory();
      }
    }
  }

  @Test
  void settingsAreThoseOfTheServices() {
    Set<String> known = new TreeSet<>(Settings.variables());
    assertThat(known).contains("HALCYON_STORE_URI", "HALCYON_FETCHER_LOCAL_ROOTS");
    known.addAll(OTHERS);
    ours()
        .values()
        .forEach(service -> assertThat(known).containsAll(service.environment().keySet()));
  }

  @Test
  void everyVariableHasADefaultAndIsDocumented() throws IOException {
    String text = Files.readString(FILE).replaceAll("(?m)^\\s*#.*$", "");
    String reference = Files.readString(ROOT.resolve("docs/reference/containers.md"));
    Set<String> variables = new TreeSet<>();
    for (MatchResult found :
        Pattern.compile("\\$\\{(\\w+)([^}]*)}").matcher(text).results().toList()) {
      assertThat(found.group(2)).as(found.group()).startsWith(":-");
      variables.add(found.group(1));
    }
    assertThat(variables)
        .isNotEmpty()
        .allSatisfy(name -> assertThat(reference).contains("| `" + name + "` |"));
  }

  @Test
  void filesThatAreMountedAreThere() {
    for (ComposeFile.Service service : compose.services().values()) {
      for (String volume : service.volumes()) {
        String source = withoutDefaults(volume).split(":", -1)[0];
        if (source.startsWith(".")) {
          assertThat(ROOT.resolve(source)).exists();
        } else {
          assertThat(compose.volumes()).containsKey(source);
        }
      }
    }
    compose
        .secrets()
        .values()
        .forEach(secret -> assertThat(ROOT.resolve(withoutDefaults(secret.file()))).exists());
  }

  @Test
  void prometheusScrapesEveryServiceOfOurs() throws IOException {
    String port = ":" + imagePort();
    String configuration = Files.readString(ROOT.resolve("deploy/prometheus/prometheus.yml"));
    assertThat(Pattern.compile("port:(.*)").matcher(configuration).results())
        .isNotEmpty()
        .allSatisfy(found -> assertThat(":" + found.group(1).strip()).isEqualTo(port));
    ours()
        .forEach((name, service) -> {
          assertThat(configuration).containsPattern("\\b" + Pattern.quote(name) + "\\b");
          assertThat(service.ports()).allSatisfy(it -> assertThat(it).endsWith(port));
        });
  }

  private static String imagePort() throws IOException {
    String environment =
        Dockerfile.read(ROOT.resolve("deploy/docker/Dockerfile"))
            .inherited("service", "ENV")
            .orElseThrow();
    return environment.replaceAll(".*\\bQUARKUS_HTTP_PORT=(\\d+).*", "$1");
  }

  /// Relative paths of a request are meant from the image's working folder.
  @Test
  void theDemoRequestIsOneLineAndNamesModelsThatAllSee() throws IOException {
    List<String> lines = Files.readAllLines(ROOT.resolve("examples/requests/demo.json"));
    assertThat(lines).hasSize(1);
    CompareRequest request = Json.read(lines.getFirst().getBytes(UTF_8), CompareRequest.class);
    String workingFolder =
        Dockerfile.read(ROOT.resolve("deploy/docker/Dockerfile"))
            .inherited("service", "WORKDIR")
            .orElseThrow();
    for (String name : List.of("fetcher", "similarity-worker", "fisher-worker")) {
      ComposeFile.Service service = compose.services().get(name);
      Map<String, String> environment = service.environment();
      String roots =
          environment.getOrDefault(
              "HALCYON_LOCAL_ROOTS", environment.get("HALCYON_FETCHER_LOCAL_ROOTS"));
      assertThat(targets(service)).containsAll(List.of(roots.split(",", -1)));
      Stream.concat(Stream.of(request.base()), request.fineTunes().stream())
          .map(ModelSpec::model)
          .forEach(model -> {
            assertThat(ROOT.resolve(model)).isDirectory();
            Path inside = Path.of(workingFolder).resolve(model);
            assertThat(roots.split(",", -1)).anyMatch(root -> inside.startsWith(root));
          });
    }
  }
}
