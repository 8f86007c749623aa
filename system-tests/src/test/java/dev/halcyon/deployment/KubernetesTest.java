package dev.halcyon.deployment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What can be said of `deploy/k8s` without a cluster.
class KubernetesTest {
  private static final Path ROOT = Path.of(System.getProperty("halcyon.root"));
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final String OURS = "halcyon/";
  private static final String KUSTOMIZATION = "kustomization.yaml";

  static List<Manifests> deployments() {
    return Manifests.deployments();
  }

  @ParameterizedTest
  @MethodSource("deployments")
  void everyManifestIsStrictlyWhatItsKindAllows(Manifests manifests) throws IOException {
    assertThat(manifests.all()).hasSizeGreaterThan(25);
    for (Manifest manifest : manifests.all()) {
      manifest.check();
    }
  }

  @Test
  void anUnknownFieldIsSeenHoweverDeep() throws Exception {
    Manifests manifests = Manifests.overlay("local");
    Manifest deployment = new Manifest(manifests.one("Deployment", "fetcher").json().deepCopy());
    ObjectNode probe =
        (ObjectNode) deployment.json().at("/spec/template/spec/containers/0/livenessProbe/httpGet");
    probe.put("paths", "/");
    assertThatThrownBy(deployment::check).hasMessageContaining("paths");

    Manifest scaled = new Manifest(manifests.one("ScaledObject", "fetcher").json().deepCopy());
    ((ObjectNode) scaled.json().at("/spec/scaleTargetRef")).put("nam", "fetcher");
    assertThatThrownBy(scaled::check).isInstanceOf(AssertionError.class);
  }

  @Test
  void everyFileIsPartOfItsFoldersKustomization() throws IOException {
    try (Stream<Path> files = Files.walk(Kustomize.FOLDER)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.endsWith(KUSTOMIZATION)) {
          assertThat(named(file)).as(file.toString()).isTrue();
        }
      }
    }
  }

  /// By the nearest folder above that is one of Kustomize's.
  private static boolean named(Path file) throws IOException {
    Path folder = file.getParent();
    while (Files.notExists(folder.resolve(KUSTOMIZATION))) {
      folder = folder.getParent();
    }
    return YAML.readTree(folder.resolve(KUSTOMIZATION).toFile())
        .toString()
        .contains("\"" + folder.relativize(file) + "\"");
  }

  @ParameterizedTest
  @MethodSource("deployments")
  void everythingIsInTheNamespaceWhichIsRestricted(Manifests manifests) {
    Map<String, String> labels = manifests.of(Namespace.class).getFirst().getMetadata().getLabels();
    assertThat(labels).containsEntry("pod-security.kubernetes.io/enforce", "restricted");
    assertThat(manifests.all())
        .filteredOn(each -> !Set.of("Namespace", "PriorityClass").contains(each.kind()))
        .allSatisfy(each ->
            assertThat(each.json().at("/metadata/namespace").asText()).isEqualTo("halcyon"));
  }

  @ParameterizedTest
  @MethodSource("deployments")
  void secretsAreReferencedOnly(Manifests manifests) {
    assertThat(manifests.kind("Secret")).isEmpty();
    for (ConfigMap map : manifests.of(ConfigMap.class)) {
      assertThat(map.getData().keySet()).noneMatch(KubernetesTest::isSecret);
    }
    manifests.pods().values().stream()
        .flatMap(Manifests::containers)
        .flatMap(container -> container.getEnv().stream())
        .filter(variable -> isSecret(variable.getName()))
        .forEach(variable ->
            assertThat(variable.getValue())
                .as(variable.getName())
                .satisfiesAnyOf(
                    value -> assertThat(value).isNull(),
                    value -> assertThat(value).contains("$(BROKER_PASSWORD)")));
  }

  private static boolean isSecret(String variable) {
    return Pattern.compile("SECRET|PASSWORD|TOKEN|ACCESS_KEY|JAAS").matcher(variable).find();
  }

  @ParameterizedTest
  @MethodSource("deployments")
  void podsAreConfined(Manifests manifests) {
    manifests
        .pods()
        .forEach((name, pods) -> {
          PodSpec spec = pods.getSpec();
          assertThat(spec.getAutomountServiceAccountToken()).as(name).isFalse();
          assertThat(spec.getSecurityContext().getRunAsNonRoot()).as(name).isTrue();
          assertThat(spec.getSecurityContext().getRunAsUser()).as(name).isPositive();
          assertThat(spec.getSecurityContext().getSeccompProfile().getType())
              .as(name)
              .isEqualTo("RuntimeDefault");
          assertThat(Manifests.containers(pods)).allSatisfy(KubernetesTest::assertConfined);
        });
  }

  private static void assertConfined(Container container) {
    String image = container.getImage();
    assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).as(image).isFalse();
    assertThat(container.getSecurityContext().getCapabilities().getDrop())
        .as(image)
        .containsExactly("ALL");
    // The broker's image writes its settings below its own folder.
    if (!image.startsWith("apache/kafka:")) {
      assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).as(image).isTrue();
    }
    assertThat(container.getResources().getRequests()).as(image).containsKeys("cpu", "memory");
    assertThat(container.getResources().getLimits()).as(image).containsKeys("cpu", "memory");
  }

  @ParameterizedTest
  @MethodSource("deployments")
  void everyServiceIsDeployedWithItsImage(Manifests manifests) {
    assertThat(manifests.services().keySet())
        .containsExactlyInAnyOrderElementsOf(Manifests.SERVICES);
    manifests
        .services()
        .forEach((name, deployment) -> {
          assertThat(ROOT.resolve("services").resolve(name)).isDirectory();
          List<Container> containers = deployment.getSpec().getTemplate().getSpec().getContainers();
          assertThat(containers).hasSize(1);
          assertThat(containers.getFirst().getImage().replaceAll("(-cuda)?(:.*)?$", ""))
              .isEqualTo(OURS + name);
        });
  }

  @Test
  void imagesAreOfThisVersionOrThoseOfTheComposeFile() throws Exception {
    String version =
        Files.readString(ROOT.resolve("pom.xml"))
            .replaceFirst("(?s).*?<version>([^<]*)</version>.*", "$1");
    Set<String> composed =
        ComposeFile.read(ROOT.resolve("docker-compose.yml")).services().values().stream()
            .map(ComposeFile.Service::image)
            .collect(Collectors.toSet());
    for (String overlay : List.of("local", "gpu")) {
      Manifests.overlay(overlay).pods().values().stream()
          .flatMap(Manifests::containers)
          .map(Container::getImage)
          .forEach(image -> {
            if (image.startsWith(OURS)) {
              assertThat(image).endsWith(":" + version);
            } else {
              assertThat(composed).contains(image);
            }
          });
    }
  }

  @ParameterizedTest
  @MethodSource("deployments")
  void portsAndProbesAreThoseOfTheImages(Manifests manifests) throws IOException {
    String check = Files.readString(ROOT.resolve("deploy/docker/healthcheck"));
    int port = imagePort();
    for (Deployment deployment : manifests.services().values()) {
      Container service = deployment.getSpec().getTemplate().getSpec().getContainers().getFirst();
      assertThat(service.getPorts())
          .extracting(ContainerPort::getName, ContainerPort::getContainerPort)
          .containsExactly(tuple("http", port));
      String ready = service.getReadinessProbe().getHttpGet().getPath();
      assertThat(check).contains("GET " + ready + " ");
      String live = ready.replace("ready", "live");
      assertThat(service.getLivenessProbe().getHttpGet().getPath()).isEqualTo(live);
      assertThat(service.getStartupProbe().getHttpGet().getPath()).isEqualTo(live);
      Stream.of(service.getReadinessProbe(), service.getLivenessProbe(), service.getStartupProbe())
          .forEach(probe -> assertThat(probe.getHttpGet().getPort().getStrVal()).isEqualTo("http"));
    }
  }

  private static int imagePort() throws IOException {
    String environment =
        Dockerfile.read(ROOT.resolve("deploy/docker/Dockerfile"))
            .inherited("service", "ENV")
            .orElseThrow();
    return Integer.parseInt(environment.replaceAll(".*\\bQUARKUS_HTTP_PORT=(\\d+).*", "$1"));
  }

  /// A health or metrics path that a service moves would be another than the probes'.
  @Test
  void noServiceMovesItsHealthOrMetrics() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT.resolve("services"))) {
      assertThat(
              files
                  .filter(file -> file.toString().endsWith(".properties"))
                  .filter(file -> file.toString().contains("src/main")))
          .hasSizeGreaterThan(5)
          .allSatisfy(file ->
              assertThat(file)
                  .content(UTF_8)
                  .doesNotContain("root-path", "export.prometheus.path"));
    }
  }

  @Test
  void theRulesAreThoseOfPrometheus() throws Exception {
    JsonNode rules =
        new Manifest(
                YAML.readTree(
                    Kustomize.FOLDER
                        .resolve("components/prometheus-operator/prometheus-rule.yaml")
                        .toFile()))
            .json();
    assertThat(rules.get("spec"))
        .isEqualTo(YAML.readTree(ROOT.resolve("deploy/prometheus/rules/halcyon.yml").toFile()));
  }

  @Test
  void allDashboardsAreInAConfigMapThatGrafanaFinds() throws Exception {
    ConfigMap map =
        Manifests.components().of(ConfigMap.class).stream()
            .filter(each -> each.getMetadata().getName().equals("halcyon-dashboards"))
            .findFirst()
            .orElseThrow();
    assertThat(map.getMetadata().getLabels()).containsEntry("grafana_dashboard", "1");
    try (Stream<Path> files = Files.list(ROOT.resolve("deploy/grafana/dashboards"))) {
      Map<String, String> expected =
          files.collect(
              Collectors.toMap(file -> "halcyon-" + file.getFileName(), KubernetesTest::text));
      assertThat(map.getData()).isEqualTo(expected);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
