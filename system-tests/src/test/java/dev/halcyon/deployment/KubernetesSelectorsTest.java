package dev.halcyon.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the selectors and network policies of `deploy/k8s` select.
class KubernetesSelectorsTest {
  private static final String NAME = "app.kubernetes.io/name";

  static List<Manifests> deployments() {
    return Manifests.deployments();
  }

  @ParameterizedTest
  @MethodSource("deployments")
  void selectorsFindThePodsTheyAreFor(Manifests manifests) {
    for (Deployment deployment : manifests.services().values()) {
      String name = deployment.getMetadata().getName();
      LabelSelector selector = deployment.getSpec().getSelector();
      assertThat(selected(manifests, selector)).containsExactly(name);
      deployment
          .getSpec()
          .getTemplate()
          .getSpec()
          .getTopologySpreadConstraints()
          .forEach(each ->
              assertThat(selected(manifests, each.getLabelSelector())).containsExactly(name));
    }
    for (PodDisruptionBudget budget : manifests.of(PodDisruptionBudget.class)) {
      assertThat(selected(manifests, budget.getSpec().getSelector()))
          .containsExactly(budget.getMetadata().getName());
    }
    for (Service service : manifests.of(Service.class)) {
      LabelSelector selector = new LabelSelector();
      selector.setMatchLabels(service.getSpec().getSelector());
      Set<String> found = selected(manifests, selector);
      assertThat(found).containsExactly(service.getMetadata().getName());
      assertThat(portNames(manifests, found))
          .contains(service.getSpec().getPorts().getFirst().getTargetPort().getStrVal());
    }
    for (PodMonitor monitor : manifests.of(PodMonitor.class)) {
      Set<String> found = selected(manifests, monitor.getSpec().getSelector());
      assertThat(found).containsExactlyInAnyOrderElementsOf(Manifests.SERVICES);
      assertThat(portNames(manifests, found))
          .contains(monitor.getSpec().getPodMetricsEndpoints().getFirst().getPort());
    }
  }

  private static Set<String> selected(Manifests manifests, LabelSelector selector) {
    Set<String> names = new HashSet<>();
    manifests
        .pods()
        .forEach((name, pods) -> {
          if (matches(selector, pods.getMetadata().getLabels())) {
            names.add(name);
          }
        });
    return names;
  }

  private static boolean matches(LabelSelector selector, Map<String, String> labels) {
    boolean all =
        selector.getMatchLabels() == null
            || labels.entrySet().containsAll(selector.getMatchLabels().entrySet());
    return all
        && selector.getMatchExpressions().stream()
            .peek(each -> assertThat(each.getOperator()).isEqualTo("In"))
            .allMatch(each -> each.getValues().contains(labels.get(each.getKey())));
  }

  private static Set<String> portNames(Manifests manifests, Set<String> workloads) {
    return workloads.stream()
        .map(manifests.pods()::get)
        .flatMap(Manifests::containers)
        .flatMap(container -> container.getPorts().stream())
        .map(ContainerPort::getName)
        .collect(Collectors.toSet());
  }

  @ParameterizedTest
  @MethodSource("deployments")
  void trafficIsDeniedUnlessAPolicyAllowsIt(Manifests manifests) {
    List<NetworkPolicy> policies = manifests.of(NetworkPolicy.class);
    NetworkPolicy deny = manifests.one("NetworkPolicy", "default-deny").as(NetworkPolicy.class);
    assertThat(deny.getSpec().getPolicyTypes()).containsExactly("Ingress", "Egress");
    assertThat(deny.getSpec().getIngress()).isEmpty();
    assertThat(deny.getSpec().getEgress()).isEmpty();
    for (String service : Manifests.SERVICES) {
      Set<String> applied = new HashSet<>();
      Map<String, String> labels = manifests.pods().get(service).getMetadata().getLabels();
      policies.stream()
          .filter(policy -> matches(policy.getSpec().getPodSelector(), labels))
          .filter(policy -> !policy.getSpec().getEgress().isEmpty())
          .forEach(policy -> applied.add(policy.getMetadata().getName()));
      assertThat(applied).contains("names", "broker", "store");
      assertThat(applied.contains("hub")).isEqualTo(service.equals("fetcher"));
    }
  }

  @ParameterizedTest
  @MethodSource("deployments")
  void theAutoscalerReachesTheBrokerAtThePortOfTheServices(Manifests manifests) {
    JsonNode services = manifests.one("NetworkPolicy", "broker").json();
    JsonNode autoscaler = manifests.one("NetworkPolicy", "keda").json();
    assertThat(autoscaler.at("/spec/ingress/0/ports"))
        .isEqualTo(services.at("/spec/egress/0/ports"))
        .isNotEmpty();
  }

  /// Names that policies select by exist, or are those of clients, which come and go.
  @ParameterizedTest
  @MethodSource("deployments")
  void policiesNamePodsThatThereAre(Manifests manifests) {
    Set<String> known = new HashSet<>(Set.of("client", "kafka"));
    manifests.pods().values().forEach(pods -> known.add(pods.getMetadata().getLabels().get(NAME)));
    List<String> named = new ArrayList<>();
    for (Manifest policy : manifests.kind("NetworkPolicy").toList()) {
      policy
          .json()
          .findValues("matchExpressions")
          .forEach(expressions ->
              expressions
                  .findValues("values")
                  .forEach(values -> values.forEach(value -> named.add(value.asText()))));
      policy.json().findValues(NAME).forEach(value -> named.add(value.asText()));
    }
    named.removeIf("halcyon"::equals);
    assertThat(known).containsAll(named);
  }
}
