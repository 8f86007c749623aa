package dev.halcyon.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.io.Reader;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Settings and scaling of `deploy/k8s` agree with what the services read.
class KubernetesSettingsTest {
  private static final Path ROOT = Path.of(System.getProperty("halcyon.root"));
  private static final String INCOMING = "mp.messaging.incoming.";
  private static final String PARTITIONS = "HALCYON_TOPICS_WORK_PARTITIONS";

  /// Variables that other parts of a service than its own settings read.
  private static final Set<String> OTHERS =
      Set.of(
          "KAFKA_BOOTSTRAP_SERVERS",
          "AWS_ENDPOINT_URL",
          "AWS_REGION",
          "HF_TOKEN",
          "BROKER_USERNAME",
          "BROKER_PASSWORD");

  static List<Manifests> deployments() {
    return Manifests.deployments();
  }

  private static ConfigMap settings(Manifests manifests) {
    return manifests.of(ConfigMap.class).stream()
        .filter(map -> map.getMetadata().getName().startsWith("settings-"))
        .findFirst()
        .orElseThrow();
  }

  /// Of one service: the settings of all, and its own.
  private static Map<String, String> variables(Manifests manifests, Deployment deployment) {
    Map<String, String> variables = new HashMap<>(settings(manifests).getData());
    container(deployment).getEnv().forEach(each -> variables.put(each.getName(), each.getValue()));
    return variables;
  }

  private static Container container(Deployment deployment) {
    return deployment.getSpec().getTemplate().getSpec().getContainers().getFirst();
  }

  @ParameterizedTest
  @MethodSource("deployments")
  void settingsAreThoseOfTheServices(Manifests manifests) {
    Set<String> known = new TreeSet<>(Settings.variables());
    known.addAll(OTHERS);
    ConsumerConfig.configNames()
        .forEach(name -> known.add("KAFKA_" + name.replace('.', '_').toUpperCase(Locale.ROOT)));
    for (Deployment deployment : manifests.services().values()) {
      assertThat(known).containsAll(variables(manifests, deployment).keySet());
      assertThat(container(deployment).getEnvFrom())
          .filteredOn(source -> source.getConfigMapRef() != null)
          .extracting(source -> source.getConfigMapRef().getName())
          .containsExactly(settings(manifests).getMetadata().getName());
    }
  }

  @ParameterizedTest
  @MethodSource("deployments")
  void foldersOfSettingsAreMounted(Manifests manifests) {
    for (Deployment deployment : manifests.services().values()) {
      Map<String, String> variables = variables(manifests, deployment);
      Set<String> mounted =
          container(deployment).getVolumeMounts().stream()
              .map(VolumeMount::getMountPath)
              .collect(Collectors.toSet());
      assertThat(mounted).contains("/tmp");
      String roots =
          switch (deployment.getMetadata().getName()) {
            case "fetcher" -> variables.get("HALCYON_FETCHER_LOCAL_ROOTS");
            case "similarity-worker", "fisher-worker" -> variables.get("HALCYON_LOCAL_ROOTS");
            default -> null;
          };
      if (roots != null) {
        assertThat(mounted).contains(roots.split(",", -1));
      }
      String certificates = variables.get("KAFKA_SSL_TRUSTSTORE_LOCATION");
      if (certificates != null) {
        assertThat(mounted).contains(Path.of(certificates).getParent().toString());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("deployments")
  void theEndOfAServiceFitsIntoItsGracePeriod(Manifests manifests) {
    for (Deployment deployment : manifests.services().values()) {
      String grace =
          variables(manifests, deployment)
              .getOrDefault("HALCYON_SHUTDOWN_GRACE", fallback("halcyon.shutdown.grace"));
      PodSpec pods = deployment.getSpec().getTemplate().getSpec();
      assertThat(pods.getTerminationGracePeriodSeconds())
          .as(deployment.getMetadata().getName())
          .isGreaterThanOrEqualTo(seconds(grace) + seconds(fallback("halcyon.shutdown.close")));
    }
  }

  @ParameterizedTest
  @MethodSource("deployments")
  void aFisherWorkerThatIsStoppedHasTimeForItsTask(Manifests manifests) {
    Deployment worker = manifests.services().get("fisher-worker");

    assertThat(seconds(variables(manifests, worker).get("HALCYON_SHUTDOWN_GRACE")))
        .isGreaterThanOrEqualTo(seconds(fallback("halcyon.fetcher.fisher-task-time")));
  }

  @ParameterizedTest
  @MethodSource("deployments")
  void theDiskOfAFisherWorkerHasRoomForTemporaryFilesAndWeights(Manifests manifests) {
    Deployment worker = manifests.services().get("fisher-worker");
    Map<String, String> variables = variables(manifests, worker);
    BigDecimal needed =
        Stream.of(
                variables.getOrDefault("HALCYON_FISHER_DISK", "16G"),
                variables.getOrDefault(
                    "HALCYON_FISHER_WEIGHTS_CACHE", fallback("halcyon.fisher.weights-cache")))
            .map(size -> Quantity.getAmountInBytes(new Quantity(size + "i")))
            .reduce(BigDecimal.ZERO, BigDecimal::add);
    BigDecimal room =
        worker.getSpec().getTemplate().getSpec().getVolumes().stream()
            .filter(volume -> volume.getName().equals("tmp"))
            .map(volume -> Quantity.getAmountInBytes(volume.getEmptyDir().getSizeLimit()))
            .findFirst()
            .orElseThrow();

    assertThat(room).isGreaterThan(needed);
    assertThat(
            Quantity.getAmountInBytes(
                container(worker).getResources().getLimits().get("ephemeral-storage")))
        .isGreaterThan(room);
  }

  private static String fallback(String setting) {
    return Settings.all().get(setting).fallback().orElseThrow();
  }

  /// Of `30s` or `2m`.
  private static long seconds(String duration) {
    return Duration.parse("PT" + duration.toUpperCase(Locale.ROOT)).toSeconds();
  }

  /// Channels of a service with what they read and as whom.
  private record Channel(String topic, String group) {}

  private static Set<Channel> channels(String service) throws IOException {
    Properties properties = new Properties();
    Path file =
        ROOT.resolve("services")
            .resolve(service)
            .resolve("src/main/resources/META-INF/microprofile-config.properties");
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    return properties.stringPropertyNames().stream()
        .filter(name -> name.startsWith(INCOMING) && name.endsWith(".topic"))
        .map(name ->
            new Channel(
                properties.getProperty(name),
                properties.getProperty(name.replace(".topic", ".group.id"))))
        .collect(Collectors.toSet());
  }

  @ParameterizedTest
  @MethodSource("deployments")
  void workersScaleOnTheLagOfEveryTopicTheyRead(Manifests manifests) throws IOException {
    List<Manifest> scaled = manifests.kind("ScaledObject").toList();
    assertThat(scaled)
        .extracting(Manifest::name)
        .containsExactlyInAnyOrder("fetcher", "similarity-worker", "fisher-worker");
    for (Manifest object : scaled) {
      JsonNode spec = object.json().get("spec");
      assertThat(spec.at("/scaleTargetRef/name").asText()).isEqualTo(object.name());
      assertThat(spec.get("minReplicaCount").asInt()).isZero();
      Set<Channel> triggers = new HashSet<>();
      for (JsonNode trigger : spec.get("triggers")) {
        assertThat(trigger.get("type").asText()).isEqualTo("kafka");
        JsonNode metadata = trigger.get("metadata");
        Manifest.validate(metadata, "kafka-trigger", object.name());
        assertThat(metadata.get("offsetResetPolicy").asText()).isEqualTo("earliest");
        triggers.add(
            new Channel(metadata.get("topic").asText(), metadata.get("consumerGroup").asText()));
      }
      assertThat(triggers).isEqualTo(channels(object.name()));
    }
  }

  /// The autoscaler takes the broker's address from the target's environment, and owns its
  /// replicas.
  @ParameterizedTest
  @MethodSource("deployments")
  void scaledServicesHaveNoReplicasOfTheirOwnAndEnoughPartitions(Manifests manifests) {
    int partitions = Integer.parseInt(settings(manifests).getData().get(PARTITIONS));
    for (Manifest object : manifests.kind("ScaledObject").toList()) {
      Deployment target = manifests.services().get(object.name());
      assertThat(target.getSpec().getReplicas()).isNull();
      assertThat(object.json().at("/spec/maxReplicaCount").asInt()).isBetween(1, partitions);
      object
          .json()
          .at("/spec/triggers")
          .forEach(trigger ->
              assertThat(trigger.at("/metadata/bootstrapServersFromEnv").asText())
                  .isEqualTo("KAFKA_BOOTSTRAP_SERVERS"));
    }
    for (String name : List.of("aggregator", "plotter")) {
      assertThat(manifests.services().get(name).getSpec().getReplicas()).isPositive();
    }
  }

  @ParameterizedTest
  @MethodSource("deployments")
  void aSecuredBrokerIsSecuredForTheAutoscalerToo(Manifests manifests) {
    boolean secured = settings(manifests).getData().containsKey("KAFKA_SASL_MECHANISM");
    for (Manifest object : manifests.kind("ScaledObject").toList()) {
      object
          .json()
          .at("/spec/triggers")
          .forEach(trigger -> {
            assertThat(trigger.at("/authenticationRef/name").asText())
                .isEqualTo(secured ? "kafka" : "");
            assertThat(trigger.at("/metadata/tls").asText()).isEqualTo(secured ? "enable" : "");
          });
    }
    assertThat(manifests.kind("TriggerAuthentication").map(Manifest::name))
        .isEqualTo(secured ? List.of("kafka") : List.of());
    for (Deployment deployment : manifests.services().values()) {
      Stream<String> names = container(deployment).getEnv().stream().map(EnvVar::getName);
      assertThat(names.anyMatch("KAFKA_SASL_JAAS_CONFIG"::equals)).isEqualTo(secured);
    }
  }
}
