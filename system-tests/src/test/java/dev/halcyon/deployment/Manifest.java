package dev.halcyon.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClass;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A Kubernetes object as a manifest has it. What is not known of its kind is an error, as in an
/// apply with strict validation: by the typed classes of Kubernetes and the Prometheus operator, by
/// the schemas of the definitions of KEDA and Strimzi.
record Manifest(JsonNode json) {
  private static final Map<String, Class<?>> TYPES =
      Map.ofEntries(
          Map.entry("v1/ConfigMap", ConfigMap.class),
          Map.entry("v1/Namespace", Namespace.class),
          Map.entry("v1/PersistentVolumeClaim", PersistentVolumeClaim.class),
          Map.entry("v1/Service", Service.class),
          Map.entry("v1/ServiceAccount", ServiceAccount.class),
          Map.entry("apps/v1/Deployment", Deployment.class),
          Map.entry("apps/v1/StatefulSet", StatefulSet.class),
          Map.entry("batch/v1/Job", Job.class),
          Map.entry("networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class),
          Map.entry("policy/v1/PodDisruptionBudget", PodDisruptionBudget.class),
          Map.entry("scheduling.k8s.io/v1/PriorityClass", PriorityClass.class),
          Map.entry("monitoring.coreos.com/v1/PodMonitor", PodMonitor.class),
          Map.entry("monitoring.coreos.com/v1/PrometheusRule", PrometheusRule.class));

  /// The typed classes would keep what they do not know.
  private static final ObjectMapper STRICT =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .annotationIntrospector(
              new JacksonAnnotationIntrospector() {
                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                  return false;
                }
              })
          .build();

  String type() {
    return json.path("apiVersion").asText() + "/" + kind();
  }

  String kind() {
    return json.path("kind").asText();
  }

  String name() {
    return json.at("/metadata/name").asText();
  }

  boolean is(Class<?> type) {
    return TYPES.get(type()) == type;
  }

  <T> T as(Class<T> type) {
    try {
      return STRICT.treeToValue(json, type);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(this + ": " + e.getMessage(), e);
    }
  }

  /// Fails where a field is unknown, missing, or of another type.
  void check() throws IOException {
    if (TYPES.containsKey(type())) {
      as(TYPES.get(type()));
    } else {
      String schema = kind().toLowerCase(Locale.ROOT);
      assertThat(schema(schema).get("title").asText()).isEqualTo(type());
      validate(json, schema, toString());
    }
  }

  static void validate(JsonNode json, String name, String object) throws IOException {
    JsonNode schema = schema(name);
    assertThat(
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(schema)
                .validate(json))
        .as(object)
        .isEmpty();
  }

  private static JsonNode schema(String name) throws IOException {
    String file = "/kubernetes/" + name + ".schema.json";
    try (InputStream resource = Manifest.class.getResourceAsStream(file)) {
      assertThat(resource).as(file).isNotNull();
      return STRICT.readTree(resource);
    }
  }

  /// What its pods are made from.
  Optional<PodTemplateSpec> pods() {
    if (is(Deployment.class)) {
      return Optional.of(as(Deployment.class).getSpec().getTemplate());
    }
    if (is(StatefulSet.class)) {
      return Optional.of(as(StatefulSet.class).getSpec().getTemplate());
    }
    return is(Job.class) ? Optional.of(as(Job.class).getSpec().getTemplate()) : Optional.empty();
  }

  @Override
  public String toString() {
    return kind() + " " + name();
  }
}
