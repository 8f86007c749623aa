package dev.halcyon.services.common;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.job.Failure;
import dev.halcyon.contracts.job.Failure.Cause;
import dev.halcyon.contracts.json.InvalidMessageException;
import dev.halcyon.tensors.SafetensorsHeader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Who must act, and in which words.
class FailuresTest {
  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(
            new BadInputException("no such folder: x"), Cause.BAD_INPUT, "no such folder: x"),
        Arguments.of(new InvalidMessageException("no `base`"), Cause.BAD_INPUT, "no `base`"),
        Arguments.of(new NoSuchFileException("/m/x"), Cause.BAD_INPUT, "no such file: /m/x"),
        Arguments.of(
            new EnvironmentException("port 1 is taken"), Cause.ENVIRONMENT, "port 1 is taken"),
        Arguments.of(
            new FileSystemException("/out/a", null, "No space left on device"),
            Cause.ENVIRONMENT,
            "/out/a: No space left on device"),
        Arguments.of(
            new AccessDeniedException("/out/a"), Cause.ENVIRONMENT, "no permission for /out/a"),
        Arguments.of(
            new FileAlreadyExistsException("/out"),
            Cause.ENVIRONMENT,
            "/out exists and is not a folder"),
        Arguments.of(new TimeoutException("no broker"), Cause.ENVIRONMENT, "no broker"),
        Arguments.of(
            new OutOfMemoryError("Java heap space"),
            Cause.ENVIRONMENT,
            "out of memory: Java heap space"),
        Arguments.of(
            new UnsatisfiedLinkError("libfreetype.so.6: no such file"),
            Cause.ENVIRONMENT,
            "libfreetype.so.6: no such file"),
        Arguments.of(new IllegalStateException("no result for w"), Cause.BUG, "no result for w"),
        Arguments.of(new NullPointerException(), Cause.BUG, "java.lang.NullPointerException"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aFailureIsClassedByWhoMustAct(Throwable thrown, Cause cause, String message) {
    assertThat(Failures.of(thrown)).isEqualTo(new Failure(cause, message));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void whatOnlyCarriesAFailureSaysNothingOfItsOwn(Throwable thrown, Cause cause, String message) {
    Failure failure = new Failure(cause, message);

    assertThat(Failures.of(new CompletionException(thrown))).isEqualTo(failure);
    assertThat(Failures.of(new ExceptionInInitializerError(thrown))).isEqualTo(failure);
    if (thrown instanceof IOException io) {
      assertThat(Failures.of(new UncheckedIOException("in a stream", io))).isEqualTo(failure);
    }
  }

  @Test
  void aDamagedCheckpointIsBadInput() {
    try {
      SafetensorsHeader.headerLength("m.safetensors", new byte[8], 4);
    } catch (RuntimeException e) {
      assertThat(Failures.of(e))
          .isEqualTo(
              new Failure(
                  Cause.BAD_INPUT,
                  "[m.safetensors] has 4 bytes: too short for a safetensors file"));
      return;
    }
    throw new AssertionError("a file of four bytes was read");
  }
}
