package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.hub.DatasetServer;
import dev.halcyon.hub.fixture.Fault;
import dev.halcyon.hub.fixture.Faults;
import dev.halcyon.hub.fixture.HubServer;
import dev.halcyon.hub.fixture.Repository;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How `halcyon calibration` ends where it cannot do what it was asked for: what it says, its exit
/// code, and no file.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class CalibrationCommandTest {
  private static final int USAGE = 2;
  private static final int BAD_INPUT = 3;
  private static final int ENVIRONMENT = 4;
  private static final Path DATASETS =
      Path.of(System.getProperty("halcyon.root"), "libs/hub/src/test/resources/datasets");

  @TempDir private Path folder;
  private HubServer server;

  @BeforeEach
  void start() {
    server = HubServer.start();
    for (String name : new String[] {"openai/openai_humaneval", "openai/gsm8k"}) {
      Path dataset = DATASETS.resolve(name);
      server.add(
          Repository.dataset(name, dataset.resolve("main"))
              .revision(DatasetServer.PARQUET_REVISION, dataset.resolve("parquet"))
              .rows(dataset.resolve("rows")));
    }
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "--dataset humanevl | no data set 'humanevl': give one of codeparrot, the-stack, humaneval",
        "--dataset org/none | [org/none] no such data set on",
        "--dataset gsm8k --language python | --language python: the data set gsm8k knows none",
        "--dataset humaneval --language rust | --language rust: the data set humaneval holds"
            + " Python",
        "--dataset the-stack --split train | --config, --split: the data set the-stack has neither",
        "--dataset gsm8k --split nowhere | openai/gsm8k has no configuration 'main' with a split"
            + " 'nowhere'",
        "--dataset humaneval --min-chars 90000 --max-chars 99999 | no text fits: openai/openai_hum"
      })
  void whatCannotBeHadIsBadInput(String options, String words) throws Exception {
    CommandProcess.Ended ended = calibration(options, Map.of());

    assertThat(ended.status()).as(ended::err).isEqualTo(BAD_INPUT);
    assertThat(ended.err()).startsWith("halcyon: " + words).hasLineCount(1);
    assertThat(folder.resolve("calibration.jsonl")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "--samples 5 | Missing required option: '--dataset=NAME'",
        "--dataset gsm8k --samples 0 | calibration needs at least one sample",
        "--dataset gsm8k --min-chars 5 --max-chars 4 | calibration needs at least one sample and",
        "--dataset gsm8k --output . | . is a folder: --output must be a file"
      })
  void wrongUseIsSaid(String options, String words) throws Exception {
    CommandProcess.Ended ended = calibration(options, Map.of());

    assertThat(ended.status()).as(ended::err).isEqualTo(USAGE);
    assertThat(ended.err())
        .startsWith("halcyon: " + words)
        .endsWith("Run `halcyon calibration --help` for usage.");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void offlineNobodyIsAsked() throws Exception {
    CommandProcess.Ended ended = calibration("--dataset gsm8k", Map.of("HF_HUB_OFFLINE", "1"));

    assertThat(ended.status()).isEqualTo(BAD_INPUT);
    assertThat(ended.err()).contains("[openai/gsm8k]", "HF_HUB_OFFLINE", "unset it");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void aHubThatAsksForALongPauseIsTheEnvironmentsFault() throws Exception {
    server
        .faults()
        .always(Faults.hub("/rows"), new Fault.Status(429, Map.of("Retry-After", "86400")));

    CommandProcess.Ended ended = calibration("--dataset gsm8k", Map.of());

    assertThat(ended.status()).as(ended::err).isEqualTo(ENVIRONMENT);
    assertThat(ended.err()).contains("asks to wait 86401 s", "a token in HF_TOKEN allows more");
    assertThat(folder.resolve("calibration.jsonl")).doesNotExist();
  }

  @Test
  void aWrongTokenIsNamedAndNotShown() throws Exception {
    CommandProcess.Ended ended =
        calibration("--dataset gsm8k", Map.of("HF_TOKEN", "hf_wrongWRONG"));

    assertThat(ended.status()).as(ended::err).isEqualTo(BAD_INPUT);
    assertThat(ended.err())
        .contains("does not accept the token from HF_TOKEN", "/settings/tokens")
        .doesNotContain("hf_wrongWRONG");
  }

  private CommandProcess.Ended calibration(String options, Map<String, String> more)
      throws Exception {
    Map<String, String> environment = new HashMap<>(more);
    environment.put("HF_ENDPOINT", server.endpoint().toString());
    environment.put("HALCYON_DATASETS_SERVER", server.endpoint().toString());
    environment.put("HF_HOME", folder.resolve("hf").toString());
    return CommandProcess.run(folder, environment, ("calibration " + options).split(" "));
  }
}
