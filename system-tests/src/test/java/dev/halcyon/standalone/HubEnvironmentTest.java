package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.halcyon.hub.fixture.Fault;
import dev.halcyon.hub.fixture.Faults;
import dev.halcyon.hub.fixture.HubServer;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The command with models on the Hub where something around it is in the way: the disk, the
/// network, the settings.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class HubEnvironmentTest {
  private static final int DONE = 0;
  private static final int BAD_INPUT = 3;
  private static final int ENVIRONMENT = 4;
  private static final int SIZE = 1100;
  private static final long TENSOR_BYTES = 4L * SIZE * SIZE;
  private static final int TENSORS = 6;

  @TempDir private Path folder;
  private HubServer server;

  @BeforeEach
  void start() throws IOException {
    server = HubServer.start();
    for (int i = 0; i < 2; i++) {
      Path model = RandomModels.write(folder.resolve("model" + i), 1, SIZE, i);
      server.model("org/model" + i, model);
    }
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /// The cache of models on a file system that half of them fill, which then becomes larger.
  @Test
  void aDiskThatIsFullWhileFetchingIsSaidAndNothingOfItStaysInPart() throws Exception {
    assumeTrue(SmallDisk.isPossible(), "needs Linux with mount namespaces for users");
    Files.createDirectories(folder.resolve("cache"));
    String script =
        "mount -t tmpfs -o size=16m none cache && \"$@\"; echo full $?;"
            + " find cache -type f -printf '%s %p\\n';"
            + " mount -o remount,size=64m cache && \"$@\"; echo larger $?;"
            + " find cache -type f -printf '%s %p\\n'";
    CommandProcess.Ended ended;
    try (CommandProcess both =
        CommandProcess.startIn(script, folder, environment(server), compare())) {
      ended = both.await();
    }

    assertThat(ended.out()).contains("full " + ENVIRONMENT, "larger " + DONE);
    List<String> full = ended.out().lines().takeWhile(line -> !line.startsWith("larger")).toList();
    List<String> larger =
        ended.out().lines().dropWhile(line -> !line.startsWith("larger")).toList();
    assertThat(tensors(full)).hasSizeBetween(1, TENSORS - 1).containsOnly(TENSOR_BYTES);
    assertThat(tensors(larger)).hasSize(TENSORS).containsOnly(TENSOR_BYTES);
    assertThat(full).noneMatch(line -> line.contains("~uploads"));
    assertThat(ended.err())
        .startsWith("halcyon: [file://" + folder.resolve("cache"))
        .contains("No space left on device")
        .doesNotContain("\tat ");
    assertThat(folder.resolve("out/similarity_results.csv")).exists();
  }

  private static List<Long> tensors(List<String> listed) {
    return listed.stream()
        .filter(line -> line.matches("\\d+ .*/[0-9a-f]{64}"))
        .map(line -> Long.valueOf(line.substring(0, line.indexOf(' '))))
        .toList();
  }

  /// The Hub seems to be on the open internet: its name has an address there, and all requests for
  /// it come to the local Hub as to a proxy.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://10.0.0.1/x",
        "http://169.254.169.254/latest/meta-data",
        "http://localhost:1/x"
      })
  void aPublicHubCannotSendTheCommandIntoAPrivateNetwork(String target) throws Exception {
    server.faults().always(Faults.hub("/model0/"), new Fault.RedirectTo(target));

    CommandProcess.Ended ended;
    try (CommandProcess compare =
        CommandProcess.start(folder, publicHub(), throughProxy(), compare())) {
      ended = compare.await();
    }

    assertThat(ended.status()).as(ended::err).isEqualTo(BAD_INPUT);
    assertThat(ended.err().lines())
        .singleElement()
        .satisfies(line ->
            assertThat(line)
                .startsWith("halcyon: [org/model0]")
                .contains("which is on this machine or in a private network")
                .contains("check HF_ENDPOINT"));
    assertThat(server.requests())
        .isNotEmpty()
        .allMatch(request -> request.header("host").orElseThrow().equals("hub.example"));
    assertThat(folder.resolve("out")).doesNotExist();
  }

  private Map<String, String> publicHub() {
    return Map.of(
        "HF_ENDPOINT", "http://hub.example",
        "HF_HOME", folder.resolve("hf").toString(),
        "HALCYON_CACHE", folder.resolve("cache").toString());
  }

  private Map<String, String> throughProxy() throws IOException {
    String ourselves = InetAddress.getLocalHost().getHostName();
    Path hosts =
        Files.writeString(
            folder.resolve("hosts"),
            "93.184.215.14 hub.example\n127.0.0.1 localhost " + ourselves + "\n");
    return Map.of(
        "jdk.net.hosts.file", hosts.toString(),
        "http.proxyHost", server.endpoint().getHost(),
        "http.proxyPort", "" + server.endpoint().getPort());
  }

  @Test
  void aHubThatIsNotThereIsTheEnvironmentsFault() throws Exception {
    server.close();

    CommandProcess.Ended ended = CommandProcess.run(folder, environment(server), compare());

    assertThat(ended.status()).as(ended::err).isEqualTo(ENVIRONMENT);
    assertThat(ended.err().lines().toList().getLast())
        .startsWith("halcyon: [org/model0] cannot connect to " + server.endpoint())
        .contains("check the network and try again");
  }

  @Test
  void offlineWhatTheHuggingFaceCacheLacksIsSaidAndNobodyIsAsked() throws Exception {
    Map<String, String> offline = new HashMap<>(environment(server));
    offline.put("HF_HUB_OFFLINE", "1");

    CommandProcess.Ended ended = CommandProcess.run(folder, offline, compare());

    assertThat(ended.status()).isEqualTo(BAD_INPUT);
    assertThat(ended.err())
        .isEqualTo(
            "halcyon: [org/model0] is not in the cache at %s, and HF_HUB_OFFLINE keeps from"
                    .formatted(folder.resolve("hf/hub"))
                + " asking the Hub: unset it, or fetch the model there first");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void offlineTheHuggingFaceCacheIsReadInPlace() throws Exception {
    for (int i = 0; i < 2; i++) {
      cache("model" + i, Integer.toString(i).repeat(40));
    }
    Map<String, String> offline = new HashMap<>(environment(server));
    offline.put("HF_HUB_OFFLINE", "1");

    CommandProcess.Ended ended = CommandProcess.run(folder, offline, compare());

    assertThat(ended.status()).as(ended::err).isEqualTo(DONE);
    assertThat(folder.resolve("out/similarity_results.csv")).exists();
    assertThat(server.requests()).isEmpty();
    try (Stream<Path> store = Files.walk(folder.resolve("cache"))) {
      assertThat(store).noneMatch(file -> file.getFileName().toString().matches("[0-9a-f]{64}"));
    } catch (NoSuchFileException e) {
      // Nothing was stored at all.
    }
  }

  /// As Hugging Face's own tools lay it out.
  private void cache(String model, String commit) throws IOException {
    Path repository = folder.resolve("hf/hub/models--org--" + model);
    Path snapshot = Files.createDirectories(repository.resolve("snapshots").resolve(commit));
    Files.createDirectories(repository.resolve("refs"));
    Files.writeString(repository.resolve("refs/main"), commit);
    Files.createDirectories(repository.resolve("blobs"));
    Path blob = repository.resolve("blobs/weights");
    Files.copy(folder.resolve(model).resolve("model.safetensors"), blob);
    Files.createSymbolicLink(snapshot.resolve("model.safetensors"), blob);
  }

  private Map<String, String> environment(HubServer hub) {
    return Map.of(
        "HF_ENDPOINT", hub.endpoint().toString(),
        "HF_HOME", folder.resolve("hf").toString(),
        "HALCYON_CACHE", folder.resolve("cache").toString());
  }

  private static String[] compare() {
    List<String> arguments =
        new ArrayList<>(List.of("compare", "--base", "org/model0", "--fine-tune", "org/model1"));
    arguments.addAll(List.of("--output", "out", "--quiet"));
    return arguments.toArray(String[]::new);
  }
}
