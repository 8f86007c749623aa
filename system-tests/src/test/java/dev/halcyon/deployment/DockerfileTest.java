package dev.halcyon.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What can be said of `deploy/docker` without an engine.
class DockerfileTest {
  private static final Path ROOT = Path.of(System.getProperty("halcyon.root"));
  private static final Path FOLDER = ROOT.resolve("deploy/docker");
  private static final Pattern PINNED =
      Pattern.compile("[a-z0-9./-]+:[^:@]*\\d+\\.\\d+[^:@]*(@.+)?");
  private static final Pattern SECRET =
      Pattern.compile("(?i)(password|passwd|secret|token|credential|api_?key|access_?key)\\w*=");

  private static Dockerfile dockerfile() throws IOException {
    return Dockerfile.read(FOLDER.resolve("Dockerfile"));
  }

  private static String pom() throws IOException {
    return Files.readString(ROOT.resolve("pom.xml"));
  }

  private static String only(String text, String pattern) {
    Matcher found = Pattern.compile(pattern).matcher(text);
    assertThat(found.find()).as(pattern).isTrue();
    return found.group(1);
  }

  @Test
  void baseImagesArePinned() throws IOException {
    assertThat(dockerfile().baseImages())
        .isNotEmpty()
        .allSatisfy(image -> assertThat(image).matches(PINNED).doesNotContain("latest"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"service", "fisher-worker-cuda", "halcyon"})
  void imagesRunAsANumericUserThatIsNotRoot(String stage) throws IOException {
    assertThat(dockerfile().inherited(stage, "USER"))
        .hasValueSatisfying(user -> assertThat(user).matches("[1-9]\\d*:[1-9]\\d*"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"service", "fisher-worker-cuda"})
  void servicesHaveAHealthCheckThatTheImageBrings(String stage) throws IOException {
    assertThat(dockerfile().inherited(stage, "HEALTHCHECK"))
        .hasValueSatisfying(check -> assertThat(check).endsWith("[\"/opt/halcyon/healthcheck\"]"));
  }

  @Test
  void servicesLogAsJson() throws IOException {
    String setting = "quarkus.log.console.json.enabled";
    String variable = setting.toUpperCase(Locale.ROOT).replace('.', '_');
    assertThat(
            Files.readString(
                ROOT.resolve(
                    "services/common/src/main/resources/META-INF/microprofile-config.properties")))
        .contains("\n" + setting + "=false\n");
    assertThat(Files.readString(FOLDER.resolve("Dockerfile"))).contains(" " + variable + "=true\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"service", "fisher-worker-cuda", "halcyon"})
  void theJvmIsProcessOne(String stage) throws IOException {
    String entrypoint = dockerfile().inherited(stage, "ENTRYPOINT").orElseThrow();
    assertThat(entrypoint).startsWith("[\"");
    if (entrypoint.contains("/opt/halcyon/halcyon")) {
      assertThat(Files.readString(FOLDER.resolve("halcyon"))).contains("\nexec java ");
    } else {
      assertThat(entrypoint).startsWith("[\"java\", ").contains("@/opt/halcyon/memory.args");
    }
  }

  @Test
  void noSecretIsInALayer() throws IOException {
    for (Dockerfile.Stage stage : dockerfile().stages().values()) {
      assertThat(Stream.concat(stage.all("ENV").stream(), stage.all("ARG").stream()))
          .noneMatch(line -> SECRET.matcher(line).find());
      assertThat(stage.all("RUN")).noneMatch(line -> SECRET.matcher(line).find());
    }
  }

  @Test
  void everyModuleOfTheBuildIsThere() throws IOException {
    List<String> modules =
        Pattern.compile("<module>(.*)</module>")
            .matcher(pom().substring(0, pom().indexOf("<profiles>")))
            .results()
            .map(m -> m.group(1))
            .toList();
    assertThat(modules).isNotEmpty();
    List<String> copied = dockerfile().stages().get("dependencies").all("COPY");
    for (String module : modules) {
      assertThat(copied).contains("%1$s/pom.xml %1$s/".formatted(module));
    }
  }

  @Test
  void whatIsCopiedIsThereAndNotIgnored() throws IOException {
    List<String> ignored = Files.readAllLines(FOLDER.resolve("Dockerfile.dockerignore"));
    for (Dockerfile.Stage stage : dockerfile().stages().values()) {
      for (String copy : stage.all("COPY")) {
        if (!copy.startsWith("--from=") && !copy.contains("$")) {
          List<String> words = List.of(copy.split("\\s+", -1));
          for (String source : words.subList(0, words.size() - 1)) {
            assertThat(ROOT.resolve(source)).exists();
            assertThat(ignored)
                .anyMatch(
                    line -> line.startsWith("!") && Path.of(source).startsWith(line.substring(1)));
          }
        }
      }
    }
  }

  @Test
  void versionsAreThoseOfTheBuild() throws IOException {
    Dockerfile file = dockerfile();
    String libtorch = only(pom(), "<libtorch.version>(.*)</libtorch.version>");
    assertThat(file.stages().get("libtorch-cuda").all("RUN"))
        .anyMatch(run -> run.contains(" torch==" + libtorch + " "));
    String maven = only(Files.readString(ROOT.resolve("mvnw")), "(?m)^maven_version=(.*)$");
    String jdk =
        only(Files.readString(ROOT.resolve(".mvn/find-jdk.sh")), "(?m)^required_jdk=(.*)$");
    assertThat(file.baseImages())
        .anyMatch(image -> image.startsWith("maven:%s-eclipse-temurin-%s".formatted(maven, jdk)))
        .anyMatch(image -> image.startsWith("eclipse-temurin:" + jdk + "."));
  }

  static List<String> images() throws IOException {
    try (Stream<Path> services = Files.list(ROOT.resolve("services"))) {
      List<String> names =
          services
              .filter(folder ->
                  Files.exists(folder.resolve("src/main/resources/application.properties")))
              .map(folder -> folder.getFileName().toString())
              .toList();
      assertThat(names).hasSize(5);
      return Stream.concat(names.stream(), Stream.of("halcyon")).toList();
    }
  }

  @ParameterizedTest
  @MethodSource("images")
  void theHeapLeavesRoomInTheContainer(String image) throws IOException {
    String text = Files.readString(FOLDER.resolve("memory").resolve(image + ".args"));
    assertThat(Integer.parseInt(only(text, "(?m)^-XX:MaxRAMPercentage=(\\d+)$"))).isBetween(10, 75);
    assertThat(text).as("a reason").startsWith("# ").contains("-Duser.home=/tmp");
    for (String script : List.of("arrange", "record")) {
      assertThat(Files.readString(FOLDER.resolve(script)))
          .containsPattern("\\b" + Pattern.quote(image) + "\\b");
    }
  }

  @ParameterizedTest
  @CsvSource({"service, ${SERVICE}", "fisher-worker-cuda, fisher-worker"})
  void aServiceStartsWithItsAotCache(String stage, String service) throws IOException {
    assertThat(dockerfile().inherited(stage, "ENTRYPOINT").orElseThrow())
        .contains("\"-XX:AOTCache=/opt/halcyon/service.aot\"");
    assertThat(dockerfile().stages().get(stage).all("COPY"))
        .contains("--from=caches /tmp/caches/%s.aot /opt/halcyon/service.aot".formatted(service));
    assertThat(dockerfile().stages().get("caches").all("RUN"))
        .anyMatch(run -> run.endsWith(" /tmp/caches"));
  }

  @ParameterizedTest
  @CsvSource({"200, 0", "503, 1"})
  void theHealthCheckAsksWhetherTheServiceIsReady(int answer, int status) throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    HttpServer server = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
    server.createContext(
        "/q/health/ready",
        exchange -> {
          exchange.sendResponseHeaders(answer, -1);
          exchange.close();
        });
    server.start();
    try {
      assertThat(healthCheck(server.getAddress().getPort())).isEqualTo(status);
    } finally {
      server.stop(0);
    }
    assertThat(healthCheck(server.getAddress().getPort())).as("nobody listens").isEqualTo(1);
  }

  private static int healthCheck(int port) throws Exception {
    ProcessBuilder check = new ProcessBuilder("bash", FOLDER.resolve("healthcheck").toString());
    check.environment().put("QUARKUS_HTTP_PORT", "" + port);
    check.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    Process process = check.start();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"arrange", "halcyon", "healthcheck", "maven", "record"})
  void scriptsCanBeRun(String name) throws Exception {
    Path script = FOLDER.resolve(name);
    assertThat(Files.isExecutable(script)).isTrue();
    String shell = Files.readAllLines(script).getFirst().substring("#!/bin/".length());
    Process process = new ProcessBuilder(shell, "-n", script.toString()).inheritIO().start();
    assertThat(process.waitFor()).isZero();
  }
}
