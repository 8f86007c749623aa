package dev.halcyon.services.fetcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TaskSizeTest {
  static final TaskSize STANDARD =
      new TaskSize(Fetcher.Settings.FISHER_RATE, Fetcher.Settings.FISHER_TASK_TIME);

  private static final TaskSize SIZE = new TaskSize(1e9, Duration.ofMinutes(10));

  @Test
  void aSmallModelIsOneTask() {
    assertThat(SIZE.tasks(5000, 1_000_000, 256)).isEqualTo(1);
    assertThat(SIZE.tasks(0, 0, 256)).isEqualTo(1);
    assertThat(SIZE.tasks(600, 1_000_000_000, 256)).isEqualTo(1);
  }

  @Test
  void aLargeModelIsCutIntoTasksOfTenMinutes() {
    assertThat(SIZE.tasks(601, 1_000_000_000, 256)).isEqualTo(2);
    assertThat(SIZE.tasks(25_600, 7_000_000_000L, 256)).isEqualTo(256);
    assertThat(SIZE.tasks(25_600, 1_000_000_000, 20)).isEqualTo(20);
    assertThat(SIZE.tasks(Long.MAX_VALUE, Long.MAX_VALUE, 20)).isEqualTo(20);
  }

  @Test
  void twentySamplesOnSevenBillionParametersAreAFewTasksOnACpu() {
    assertThat(STANDARD.tasks(20 * 256, 7_000_000_000L, 20)).isEqualTo(3);
    assertThat(STANDARD.tasks(20 * 256, 135_000_000, 20)).isEqualTo(1);
  }

  @Test
  void aTaskTakesTime() {
    assertThatIllegalArgumentException().isThrownBy(() -> new TaskSize(1, Duration.ZERO));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TaskSize(0, Fetcher.Settings.FISHER_TASK_TIME));
  }
}
