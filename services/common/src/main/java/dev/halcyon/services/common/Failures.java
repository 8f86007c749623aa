package dev.halcyon.services.common;

import dev.halcyon.contracts.job.Failure;
import dev.halcyon.contracts.job.Failure.Cause;
import dev.halcyon.contracts.json.InvalidMessageException;
import dev.halcyon.tensors.InvalidCheckpointException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/// Classes failures by who must act.
public final class Failures {
  private Failures() {}

  public static Failure of(Throwable thrown) {
    return switch (thrown) {
      case ExceptionInInitializerError wrapper when wrapper.getCause() != null ->
          of(wrapper.getCause());
      case CompletionException wrapper when wrapper.getCause() != null -> of(wrapper.getCause());
      default -> new Failure(cause(thrown), message(thrown));
    };
  }

  /// Classifies a failure and logs it: a bug with its stack trace, all else as one line.
  public static Failure logged(Logger log, Throwable thrown) {
    Failure failure = of(thrown);
    if (failure.cause() == Cause.BUG) {
      log.error(failure.message(), thrown);
    } else {
      log.warn(failure.message());
    }
    return failure;
  }

  private static Cause cause(Throwable thrown) {
    return switch (thrown) {
      case BadInputException _ -> Cause.BAD_INPUT;
      case InvalidMessageException _ -> Cause.BAD_INPUT;
      case RefusedRecordException _ -> Cause.BAD_INPUT;
      case InvalidCheckpointException _ -> Cause.BAD_INPUT;
      case NoSuchFileException _ -> Cause.BAD_INPUT;
      case EnvironmentException _ -> Cause.ENVIRONMENT;
      case IOException _ -> Cause.ENVIRONMENT;
      case UncheckedIOException wrapped -> cause(wrapped.getCause());
      case OutOfMemoryError _ -> Cause.ENVIRONMENT;
      case UnsatisfiedLinkError _ -> Cause.ENVIRONMENT;
      default -> isOfKafka(thrown) ? Cause.ENVIRONMENT : Cause.BUG;
    };
  }

  /// Asked last, and by no pattern, which would load the class for every failure: a local command
  /// has no Kafka.
  private static boolean isOfKafka(Throwable thrown) {
    return thrown instanceof KafkaException;
  }

  private static String message(Throwable thrown) {
    return switch (thrown) {
      case NoSuchFileException missing -> "no such file: " + missing.getFile();
      case FileSystemException file when file.getReason() != null ->
          file.getFile() + ": " + file.getReason();
      case AccessDeniedException denied -> "no permission for " + denied.getFile();
      case FileAlreadyExistsException exists -> exists.getFile() + " exists and is not a folder";
      case OutOfMemoryError memory -> "out of memory: " + memory.getMessage();
      case UncheckedIOException wrapped -> message(wrapped.getCause());
      default -> thrown.getMessage() == null ? thrown.toString() : thrown.getMessage();
    };
  }
}
