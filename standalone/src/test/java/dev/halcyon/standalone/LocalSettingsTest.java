package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.services.common.EnvironmentException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalSettingsTest {
  private static final Path TEMPORARY = Path.of("temporary");

  @AfterEach
  void clear() {
    System.clearProperty("halcyon.fisher.batch-size");
  }

  private static LocalSettings of(Map<String, String> environment) {
    return new LocalSettings(environment, OptionalInt.empty());
  }

  @Test
  void nothingSetMeansWhatTheServicesDo() {
    LocalSettings settings = of(Map.of());

    assertThat(settings.similarity().threads()).isEmpty();
    assertThat(settings.similarity().readAheadBytes()).isEmpty();
    assertThat(settings.fisher(TEMPORARY).device()).isEqualTo("cpu");
    assertThat(settings.fisher(TEMPORARY).memory()).isEmpty();
    assertThat(settings.fisher(TEMPORARY).temporaryFolder()).contains(TEMPORARY);
    assertThat(settings.fetcher(List.of()).hubCacheInPlace()).isTrue();
    assertThat(settings.fetcher(List.of()).fisherRate()).isEqualTo(2e10);
    assertThat(settings.fetcher(List.of()).fisherTaskTime()).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void aSystemPropertyComesBeforeTheEnvironment() {
    LocalSettings settings = of(Map.of("HALCYON_FISHER_BATCH_SIZE", "3"));
    assertThat(settings.fisher(TEMPORARY).batchSize()).hasValue(3);

    System.setProperty("halcyon.fisher.batch-size", "5");

    assertThat(settings.fisher(TEMPORARY).batchSize()).hasValue(5);
  }

  @Test
  void threadsOfTheCommandLineComeBeforeAll() {
    LocalSettings settings =
        new LocalSettings(Map.of("HALCYON_SIMILARITY_THREADS", "8"), OptionalInt.of(2));

    assertThat(settings.similarity().threads()).hasValue(2);
    assertThat(settings.fisher(TEMPORARY).threads()).hasValue(2);
  }

  @ParameterizedTest
  @CsvSource({"1000, 1000", "2K, 2048", "512M, 536870912", "4g, 4294967296", "1T, 1099511627776"})
  void sizesAreBytesOrHaveAUnit(String text, long bytes) {
    assertThat(of(Map.of("HALCYON_FISHER_MEMORY", text)).fisher(TEMPORARY).memory())
        .isEqualTo(OptionalLong.of(bytes));
  }

  @ParameterizedTest
  @ValueSource(strings = {"4 GB", "-1", "lots", "0x10", "999999999999999T"})
  void whatIsNoSizeIsNamed(String text) {
    LocalSettings settings = of(Map.of("HALCYON_FISHER_DISK", text));

    assertThatThrownBy(() -> settings.fisher(TEMPORARY))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("halcyon.fisher.disk is " + text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-2", "two", "1.5"})
  void whatIsNoCountIsNamed(String text) {
    LocalSettings settings = of(Map.of("HALCYON_FISHER_THREADS", text));

    assertThatThrownBy(() -> settings.fisher(TEMPORARY))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("halcyon.fisher.threads is " + text);
  }

  @ParameterizedTest
  @CsvSource({"600, 600", "90s, 90", "10M, 600", "2h, 7200", "PT1H30M, 5400"})
  void fisherTasksAreCutAsTheFetcherOfAFleetIsSetToCutThem(String time, long seconds) {
    LocalSettings settings =
        of(Map.of("HALCYON_FETCHER_FISHER_RATE", "2e12", "HALCYON_FETCHER_FISHER_TASK_TIME", time));

    assertThat(settings.fetcher(List.of()).fisherRate()).isEqualTo(2e12);
    assertThat(settings.fetcher(List.of()).fisherTaskTime()).isEqualTo(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @CsvSource({
    "halcyon.fetcher.fisher-rate, fast",
    "halcyon.fetcher.fisher-rate, 0",
    "halcyon.fetcher.fisher-rate, NaN",
    "halcyon.fetcher.fisher-task-time, soon",
    "halcyon.fetcher.fisher-task-time, 0",
    "halcyon.fetcher.fisher-task-time, -5M",
  })
  void whatIsNoRateOrTimeIsNamed(String name, String text) {
    String variable = name.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT);
    LocalSettings settings = of(Map.of(variable, text));

    assertThatThrownBy(() -> settings.fetcher(List.of()))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining(name + " is " + text);
  }
}
