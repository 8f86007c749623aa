package dev.halcyon.hub.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.halcyon.hub.AccessToken;
import dev.halcyon.hub.DatasetServer;
import dev.halcyon.hub.HubClient;
import dev.halcyon.hub.HubConfig;
import dev.halcyon.hub.HubException;
import dev.halcyon.hub.HubException.Reason;
import dev.halcyon.hub.fixture.Fault;
import dev.halcyon.hub.fixture.Faults;
import dev.halcyon.hub.fixture.HubServer;
import dev.halcyon.hub.fixture.Repository;
import dev.halcyon.hub.fixture.TimeLapseClock;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Data sets and what is to be taken from them are made by `tools/hub/make_datasets.py`.
class CalibrationDatasetsTest {
  private static final String TOKEN = "hf_token";
  private static final List<String> SERVED =
      List.of(
          "codeparrot/codeparrot-clean",
          "openai/openai_humaneval",
          "deepmind/code_contests",
          "sahil2801/CodeAlpaca-20k",
          "openai/gsm8k");
  private static final Map<String, Integer> SAMPLES = Map.of("codeparrot", 60, "the-stack", 150);

  @TempDir Path folder;
  private HubServer server;
  private HubClient client;
  private CalibrationDatasets datasets;

  @BeforeEach
  void start() throws Exception {
    server = HubServer.start().token(TOKEN, true);
    for (String name : SERVED) {
      server.add(dataset(name));
    }
    server.add(
        Repository.dataset("bigcode/the-stack", resources().resolve("bigcode/the-stack/main"))
            .access(Repository.Access.GATED));
    client = client(Optional.of(new AccessToken(TOKEN, "HF_TOKEN")));
    datasets = new CalibrationDatasets(client);
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"codeparrot", "the-stack", "humaneval", "code-contests", "code-alpaca", "gsm8k"})
  void aNamedDataSetGivesItsFirstFittingTextsAsTheyAre(String name) throws Exception {
    assertExpected(name, datasets.load(request(name)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"codeparrot", "humaneval", "code-contests", "code-alpaca", "gsm8k"})
  void whereTheServerCutsCellsTheParquetFilesGiveTheSameTexts(String name) throws Exception {
    server.longestCell(40);
    assertExpected(name, datasets.load(request(name)));
    assertThat(server.bytesFromCdn()).isPositive();
  }

  @Test
  void aCutInTheMiddleGoesOnFromTheSameRow() throws Exception {
    server.longestCell(1900);
    assertExpected("codeparrot", datasets.load(request("codeparrot")));
  }

  @Test
  void whereRowsAreNotServedTheParquetFilesAre() throws Exception {
    server.faults().always(Faults.hub("/rows"), new Fault.Status(404));
    assertExpected("codeparrot", datasets.load(request("codeparrot")));
  }

  @Test
  void noCallAsksForMoreThanAHundredRows() throws IOException {
    datasets.load(request("codeparrot"));
    assertThat(server.requests())
        .filteredOn(request -> request.path().equals("/rows"))
        .isNotEmpty()
        .allMatch(request -> Integer.parseInt(request.query().get("length")) <= 100);
  }

  @Test
  void anyDataSetServesWithItsOwnColumns() throws IOException {
    CalibrationRequest request =
        new CalibrationRequest(
            "codeparrot/codeparrot-clean",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of("java"),
            500,
            0,
            100_000,
            OptionalLong.empty());
    CalibrationSet set = datasets.load(request);
    assertThat(set.summary().source()).isEqualTo("codeparrot/codeparrot-clean default/train");
    assertThat(set.summary().samples()).isEqualTo(34);
    assertThat(set.summary().otherLanguage()).isEqualTo(206);
    assertThat(set.texts().getFirst()).startsWith("def work_3(");
  }

  @Test
  void shuffledTextsFollowFromTheSeedAndComeFromAllOver() throws IOException {
    List<String> first = datasets.load(shuffled(42)).texts();
    assertThat(datasets.load(shuffled(42)).texts()).isEqualTo(first);
    assertThat(datasets.load(shuffled(43)).texts()).isNotEqualTo(first);
    assertThat(first).doesNotHaveDuplicates().hasSize(40);
    server.longestCell(40);
    assertThat(datasets.load(shuffled(42)).texts()).isEqualTo(first);
  }

  @Test
  void aGatedDataSetNamesThePageOnWhichToAcceptItsTerms() throws Exception {
    server.add(
        Repository.dataset("acme/gated", resources().resolve("openai/gsm8k/main"))
            .access(Repository.Access.GATED));
    try (HubClient anonymous = client(Optional.empty())) {
      CalibrationDatasets locked = new CalibrationDatasets(anonymous);
      for (String name : List.of("the-stack", "acme/gated")) {
        assertThatThrownBy(() -> locked.load(request(name)))
            .isInstanceOfSatisfying(
                HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.GATED))
            .hasMessageContaining("accept its terms at " + server.endpoint() + "/datasets/")
            .hasMessageContaining("HF_TOKEN");
      }
    }
  }

  @Test
  void aDataSetThatDoesNotExistIsNamed() {
    assertThatThrownBy(() -> datasets.load(request("acme/none")))
        .isInstanceOfSatisfying(
            HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REPOSITORY_NOT_FOUND))
        .hasMessageContaining("no such data set");
    assertThatThrownBy(() -> datasets.load(request("humanevl")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("humaneval, code-contests");
  }

  @Test
  void aLanguageThatTheDataSetLacksIsRefused() {
    assertThatThrownBy(() -> datasets.load(inLanguage("codeparrot", "rust")))
        .hasMessageContaining("holds Python only");
    assertThatThrownBy(() -> datasets.load(inLanguage("gsm8k", "python")))
        .hasMessageContaining("knows none");
    assertThatThrownBy(() -> datasets.load(inLanguage("code-contests", "cobol")))
        .hasMessageContaining("python");
    assertThatThrownBy(() -> datasets.load(inLanguage("the-stack", "cobol")))
        .hasMessageContaining("no folder data/cobol/");
    assertThatThrownBy(() -> datasets.load(inLanguage("openai/gsm8k", "python")))
        .hasMessageContaining("no column lang");
  }

  @Test
  void aSplitThatIsNotThereIsNamed() {
    CalibrationRequest request =
        new CalibrationRequest(
            "gsm8k",
            Optional.of("main"),
            Optional.of("validation"),
            Optional.empty(),
            Optional.empty(),
            1,
            0,
            10,
            OptionalLong.empty());
    assertThatThrownBy(() -> datasets.load(request))
        .hasMessageContaining("openai/gsm8k")
        .hasMessageContaining("split");
  }

  @Test
  void linesOfJsonKeepTheTextAndPlainLinesOnlyOnRequest() throws Exception {
    CalibrationSummary summary = datasets.write(request("humaneval"), folder.resolve("c.jsonl"));
    List<String> texts = datasets.load(request("humaneval")).texts();
    ObjectMapper json = new ObjectMapper();
    List<String> lines = Files.readAllLines(folder.resolve("c.jsonl"));
    assertThat(lines).hasSize(summary.samples());
    for (int i = 0; i < lines.size(); i++) {
      assertThat(json.readTree(lines.get(i)).path("text").asText()).isEqualTo(texts.get(i));
    }
    datasets.write(request("humaneval"), folder.resolve("c.txt"));
    assertThat(Files.readAllLines(folder.resolve("c.txt")).getFirst())
        .startsWith("def add_0(a, b): \"\"\"Adds 0 to the sum of a and b, 😀");
  }

  @Test
  void whereNoTextFitsNoFileIsWritten() {
    CalibrationRequest tooLong =
        new CalibrationRequest(
            "humaneval",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            5,
            1_000_000,
            2_000_000,
            OptionalLong.empty());
    assertThatThrownBy(() -> datasets.write(tooLong, folder.resolve("none.jsonl")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("openai/openai_humaneval openai_humaneval/test: 0 samples")
        .hasMessageContaining("too short");
    assertThat(folder.resolve("none.jsonl")).doesNotExist();
  }

  @Test
  void theStackHasFoldersInsteadOfSplits() {
    CalibrationRequest request =
        new CalibrationRequest(
            "the-stack",
            Optional.empty(),
            Optional.of("train"),
            Optional.empty(),
            Optional.empty(),
            5,
            0,
            1000,
            OptionalLong.empty());
    assertThatThrownBy(() -> datasets.load(request))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a folder for each --language");
  }

  @Test
  void aFailureLeavesTheOldFile() throws IOException {
    Path output = Files.writeString(folder.resolve("c.jsonl"), "old");
    server.faults().always(Faults.hub("/"), new Fault.Status(401));
    assertThatThrownBy(() -> datasets.write(request("humaneval"), output))
        .isInstanceOf(IOException.class);
    assertThat(output).hasContent("old");
    assertThat(folder).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void aParquetListThatLeadsElsewhereIsRefused() {
    for (String url : List.of("", "/resolve/refs%2Fconvert%2Fparquet/../../x")) {
      String file = "{\"config\":\"a\",\"split\":\"b\",\"url\":\"http://evil/x" + url + "\"}";
      server.faults().clear();
      server
          .faults()
          .always(Faults.hub("/parquet"), new Fault.Body("{\"parquet_files\":[" + file + "]}"));
      assertThatThrownBy(() -> datasets.load(request("openai/gsm8k")))
          .hasMessageContaining("not one of the data set's");
    }
  }

  private void assertExpected(String name, CalibrationSet set) throws Exception {
    JsonNode expected =
        new ObjectMapper().readTree(resources().resolve("expected.json").toFile()).path(name);
    CalibrationSummary summary = set.summary();
    assertThat(summary.samples()).isEqualTo(expected.path("samples").asInt());
    assertThat(summary.rows()).isEqualTo(expected.path("rows").asLong());
    assertThat(summary.tooShort()).isEqualTo(expected.path("tooShort").asLong());
    assertThat(summary.tooLong()).isEqualTo(expected.path("tooLong").asLong());
    assertThat(summary.withoutText()).isEqualTo(expected.path("withoutText").asLong());
    assertThat(summary.totalChars()).isEqualTo(expected.path("totalChars").asLong());
    byte[] joined = String.join("\u001e", set.texts()).getBytes(StandardCharsets.UTF_8);
    assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(joined)))
        .isEqualTo(expected.path("digest").asText());
    assertThat(set.texts()).isNotEmpty();
  }

  private static CalibrationRequest request(String name) {
    return new CalibrationRequest(
        name,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        SAMPLES.getOrDefault(name, CalibrationRequest.SAMPLES),
        CalibrationRequest.MIN_CHARS,
        CalibrationRequest.MAX_CHARS,
        OptionalLong.empty());
  }

  private static CalibrationRequest shuffled(long seed) {
    return new CalibrationRequest(
        "codeparrot",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        40,
        100,
        2000,
        OptionalLong.of(seed));
  }

  private static CalibrationRequest inLanguage(String name, String language) {
    return new CalibrationRequest(
        name,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(language),
        10,
        1,
        2000,
        OptionalLong.empty());
  }

  private static Repository dataset(String name) throws URISyntaxException {
    Path root = resources().resolve(name);
    return Repository.dataset(name, root.resolve("main"))
        .revision(DatasetServer.PARQUET_REVISION, root.resolve("parquet"))
        .rows(root.resolve("rows"));
  }

  private HubClient client(Optional<AccessToken> token) {
    HubConfig config =
        new HubConfig(server.endpoint(), server.endpoint(), token, folder.resolve("cache"), false);
    return HubClient.builder(config).clock(new TimeLapseClock()).build();
  }

  private static Path resources() throws URISyntaxException {
    return Path.of(CalibrationDatasetsTest.class.getResource("/datasets/expected.json").toURI())
        .getParent();
  }
}
