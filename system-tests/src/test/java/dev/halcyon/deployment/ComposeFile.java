package dev.halcyon.deployment;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// `docker-compose.yml` as Docker Compose reads it. A field that is not known here, or of another
/// type, is an error: what the file uses of the Compose specification is listed in these records.
record ComposeFile(
    String name,
    Map<String, Service> services,
    Map<String, Object> networks,
    Map<String, Object> volumes,
    Map<String, Secret> secrets,
    @JsonAnySetter Map<String, Object> extensions) {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /// Fields that only pieces of YAML hang on to, to be used elsewhere.
  private static final String EXTENSION = "x-";

  ComposeFile {
    extensions = extensions == null ? new HashMap<>() : extensions;
    for (String field : extensions.keySet()) {
      if (!field.startsWith(EXTENSION)) {
        throw new IllegalArgumentException("unknown field: " + field);
      }
    }
  }

  record Service(
      String image,
      Build build,
      String restart,
      List<String> profiles,
      Map<String, Dependency> dependsOn,
      List<String> networks,
      String networkMode,
      List<String> ports,
      String user,
      List<String> entrypoint,
      List<String> command,
      Map<String, String> environment,
      List<String> volumes,
      List<String> tmpfs,
      boolean readOnly,
      List<String> capDrop,
      List<String> capAdd,
      List<String> securityOpt,
      String stopGracePeriod,
      HealthCheck healthcheck,
      Deploy deploy) {
    Service {
      profiles = profiles == null ? List.of() : profiles;
      dependsOn = dependsOn == null ? Map.of() : dependsOn;
      ports = ports == null ? List.of() : ports;
      environment = environment == null ? Map.of() : environment;
      volumes = volumes == null ? List.of() : volumes;
      tmpfs = tmpfs == null ? List.of() : tmpfs;
    }
  }

  record Build(
      String context,
      String dockerfile,
      String target,
      Map<String, String> args,
      List<String> secrets) {
    Build {
      args = args == null ? Map.of() : args;
    }
  }

  record Dependency(String condition) {}

  record HealthCheck(
      List<String> test, String interval, String timeout, String startPeriod, int retries) {}

  record Deploy(Resources resources) {}

  record Resources(Limits limits, Reservations reservations) {}

  record Limits(String cpus, String memory) {}

  record Reservations(List<Device> devices) {}

  record Device(String driver, int count, List<String> capabilities) {}

  record Secret(@JsonProperty(required = true) String file) {}

  /// With YAML's aliases and merges resolved, and variables as they are written.
  static ComposeFile read(Path file) throws IOException {
    Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
    try (Reader reader = Files.newBufferedReader(file)) {
      return MAPPER.convertValue(yaml.load(reader), ComposeFile.class);
    }
  }
}
