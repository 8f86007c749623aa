package dev.halcyon.services.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.objectstore.StoreUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TransientTest {
  private final AtomicInteger tries = new AtomicInteger();

  private String failing(Exception failure, int times) throws Exception {
    if (tries.incrementAndGet() <= times) {
      throw failure;
    }
    return "done";
  }

  @Test
  void whatMayPassIsTriedAgain() {
    IOException failure = new IOException("connection reset");

    assertThat(Transient.retry(() -> failing(failure, 2))).isEqualTo("done");
    assertThat(tries).hasValue(3);
  }

  static Stream<Exception> lasting() {
    return Stream.of(
        new NoSuchFileException("/m/x"),
        new StoreUnavailableException("s3://bucket answered 503, ten times", null),
        new BadInputException("nothing to compare"),
        new IllegalStateException("a fault"));
  }

  @ParameterizedTest
  @MethodSource("lasting")
  void whatNoRetryHelpsIsSaidAtOnce(Exception failure) {
    assertThatThrownBy(() -> Transient.retry(() -> failing(failure, 9)))
        .satisfiesAnyOf(
            thrown -> assertThat(thrown).isSameAs(failure),
            thrown ->
                assertThat(thrown).isInstanceOf(UncheckedIOException.class).hasCause(failure));
    assertThat(tries).hasValue(1);
  }

  @Test
  void aFailureThatLastsComesThroughInTheEnd() {
    IOException failure = new IOException("connection refused");

    assertThatThrownBy(() -> Transient.retry(() -> failing(failure, 9)))
        .isInstanceOf(UncheckedIOException.class)
        .hasCause(failure);
    assertThat(tries).hasValue(5);
  }
}
