package dev.halcyon.standalone;

import java.util.ResourceBundle;
import java.util.logging.Logger;
import org.jboss.logmanager.JBossLoggerFinder;

/// Where `System.getLogger` leads: to the log of a local command, or, under `serve`, to that of
/// Quarkus, whose own finder complains in every process whose log is not its own.
public final class SystemLoggers extends System.LoggerFinder {
  private static final String MANAGER = "java.util.logging.manager";
  private static final String MANAGER_OF_QUARKUS = "org.jboss.logmanager.LogManager";

  /// To be called before anything is logged.
  static void useQuarkusLog() {
    System.setProperty(MANAGER, MANAGER_OF_QUARKUS);
  }

  @Override
  public System.Logger getLogger(String name, Module module) {
    return MANAGER_OF_QUARKUS.equals(System.getProperty(MANAGER))
        ? new JBossLoggerFinder().getLogger(name, module)
        : new ToJavaLogging(name, Logger.getLogger(name));
  }

  /// Hands messages on to `java.util.logging`.
  private record ToJavaLogging(String name, Logger target) implements System.Logger {
    @Override
    public String getName() {
      return name;
    }

    @Override
    public boolean isLoggable(Level level) {
      return target.isLoggable(of(level));
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
      target.log(of(level), message, thrown);
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String format, Object... parameters) {
      target.log(of(level), format, parameters);
    }

    private static java.util.logging.Level of(Level level) {
      return switch (level) {
        case ALL -> java.util.logging.Level.ALL;
        case TRACE -> java.util.logging.Level.FINER;
        case DEBUG -> java.util.logging.Level.FINE;
        case INFO -> java.util.logging.Level.INFO;
        case WARNING -> java.util.logging.Level.WARNING;
        case ERROR -> java.util.logging.Level.SEVERE;
        case OFF -> java.util.logging.Level.OFF;
      };
    }
  }
}
