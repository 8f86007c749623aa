package dev.halcyon.standalone;

import dev.halcyon.services.common.JobContext;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.MDC;

/// The log of a local command, on standard error: only bugs in Halcyon. The command reports other
/// failures itself, and logs of libraries are dropped.
final class LocalLog extends Handler {
  private static final String OURS = "dev.halcyon";

  private LocalLog() {
    setLevel(Level.SEVERE);
    setFilter(message -> String.valueOf(message.getLoggerName()).startsWith(OURS));
    setFormatter(new Line());
  }

  /// To be called before anything is logged.
  static void begin() {
    System.setProperty("org.jboss.logging.provider", "jdk");
    System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    LogManager.getLogManager().reset();
    Logger root = Logger.getLogger("");
    root.setLevel(Level.SEVERE);
    root.addHandler(new LocalLog());
  }

  @Override
  public void publish(LogRecord message) {
    if (isLoggable(message)) {
      System.err.println(getFormatter().format(message));
    }
  }

  @Override
  public void flush() {
    System.err.flush();
  }

  @Override
  public void close() {}

  /// With the job, attempt, model and tensor at hand, and the trace.
  private static final class Line extends Formatter {
    @Override
    public String format(LogRecord message) {
      StringBuilder line = new StringBuilder();
      line.append(message.getLevel()).append(" [").append(message.getLoggerName()).append("] ");
      context(line);
      line.append(formatMessage(message));
      trace(line, message.getThrown());
      return line.toString();
    }

    private static void context(StringBuilder line) {
      String context =
          Stream.of(JobContext.JOB, JobContext.ATTEMPT, JobContext.MODEL, JobContext.TENSOR)
              .filter(key -> MDC.get(key) != null)
              .map(key -> key + " " + MDC.get(key))
              .collect(Collectors.joining(", "));
      if (!context.isEmpty()) {
        line.append(context).append(": ");
      }
    }

    private static void trace(StringBuilder line, Throwable thrown) {
      if (thrown != null) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        line.append(System.lineSeparator()).append(trace);
      }
    }
  }
}
