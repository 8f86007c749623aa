package dev.halcyon.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// All objects of one way to deploy Halcyon.
record Manifests(String name, List<Manifest> all) {
  static final List<String> SERVICES =
      List.of("fetcher", "similarity-worker", "fisher-worker", "aggregator", "plotter");

  /// Built once: it takes seconds.
  private static final Map<String, Manifests> BUILT = new ConcurrentHashMap<>();

  private static final List<String> COMPONENTS =
      List.of(
          "keda",
          "prometheus-operator",
          "grafana-dashboards",
          "strimzi-kafka",
          "kafka-sasl-tls",
          "keda-sasl-tls");

  /// Every overlay, and the base with every component.
  static List<Manifests> deployments() {
    return List.of(overlay("local"), overlay("gpu"), components());
  }

  static Manifests overlay(String name) {
    return BUILT.computeIfAbsent(name, _ -> of(name, Kustomize.build("overlays/" + name)));
  }

  static Manifests components() {
    return BUILT.computeIfAbsent("components", name -> of(name, Kustomize.baseWith(COMPONENTS)));
  }

  private static Manifests of(String name, List<JsonNode> objects) {
    return new Manifests(name, objects.stream().map(Manifest::new).toList());
  }

  <T> List<T> of(Class<T> type) {
    return all.stream().filter(each -> each.is(type)).map(each -> each.as(type)).toList();
  }

  Stream<Manifest> kind(String kind) {
    return all.stream().filter(each -> each.kind().equals(kind));
  }

  Manifest one(String kind, String named) {
    Optional<Manifest> found = kind(kind).filter(each -> each.name().equals(named)).findFirst();
    return found.orElseThrow(() -> new AssertionError("no " + kind + " " + named));
  }

  /// The pods of every workload by its name.
  Map<String, PodTemplateSpec> pods() {
    return all.stream()
        .filter(each -> each.pods().isPresent())
        .collect(Collectors.toMap(Manifest::name, each -> each.pods().orElseThrow()));
  }

  /// The five services by their names.
  Map<String, Deployment> services() {
    return of(Deployment.class).stream()
        .collect(Collectors.toMap(each -> each.getMetadata().getName(), each -> each));
  }

  @Override
  public String toString() {
    return name;
  }

  /// All containers of a pod, those that initialize it first.
  static Stream<Container> containers(PodTemplateSpec pods) {
    return Stream.concat(
        pods.getSpec().getInitContainers().stream(), pods.getSpec().getContainers().stream());
  }
}
