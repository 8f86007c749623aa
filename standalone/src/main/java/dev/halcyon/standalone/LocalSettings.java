package dev.halcyon.standalone;

import dev.halcyon.services.common.EnvironmentException;
import dev.halcyon.services.fetcher.Fetcher;
import dev.halcyon.services.fisher.FisherWorker;
import dev.halcyon.services.similarity.SimilarityWorker;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The settings of a local command's services: a system property, as `halcyon.fisher.memory`, or
/// else an environment variable, as `HALCYON_FISHER_MEMORY`; as the services themselves read them.
final class LocalSettings {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,12})([KMGT]?)");
  private static final String UNITS = "KMGT";
  private static final int UNIT_BITS = 10;

  private final Map<String, String> environment;
  private final OptionalInt threads;

  /// @param environment of the command
  /// @param threads that the command line asks for, before any setting
  LocalSettings(Map<String, String> environment, OptionalInt threads) {
    this.environment = environment;
    this.threads = threads;
  }

  /// @param roots folders below which the command's request may name models
  Fetcher.Settings fetcher(List<Path> roots) {
    return new Fetcher.Settings(
        roots,
        text("halcyon.fetcher.hub-cache-in-place").map(Boolean::valueOf).orElse(true),
        rate("halcyon.fetcher.fisher-rate").orElse(Fetcher.Settings.FISHER_RATE),
        duration("halcyon.fetcher.fisher-task-time").orElse(Fetcher.Settings.FISHER_TASK_TIME),
        Integer.MAX_VALUE);
  }

  SimilarityWorker.Settings similarity() {
    return new SimilarityWorker.Settings(
        threads("halcyon.similarity.threads"), bytes("halcyon.similarity.read-ahead-bytes"));
  }

  /// @param temporary folder, unless another is set
  FisherWorker.Settings fisher(Path temporary) {
    return new FisherWorker.Settings(
        text("halcyon.fisher.device").orElse("cpu"),
        threads("halcyon.fisher.threads"),
        bytes("halcyon.fisher.memory"),
        bytes("halcyon.fisher.disk"),
        Optional.of(text("halcyon.fisher.temporary-folder").map(Path::of).orElse(temporary)),
        count("halcyon.fisher.batch-size"));
  }

  private OptionalInt threads(String name) {
    return threads.isPresent() ? threads : count(name);
  }

  private OptionalInt count(String name) {
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      return OptionalInt.empty();
    }
    try {
      int count = Integer.parseInt(text.get());
      if (count >= 1) {
        return OptionalInt.of(count);
      }
    } catch (NumberFormatException _) {
      // said below
    }
    throw refused(name, text.get(), "a number of 1 or more");
  }

  private OptionalDouble rate(String name) {
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      return OptionalDouble.empty();
    }
    try {
      double rate = Double.parseDouble(text.get());
      if (rate > 0 && Double.isFinite(rate)) {
        return OptionalDouble.of(rate);
      }
    } catch (NumberFormatException _) {
      // said below
    }
    throw refused(name, text.get(), "a number above 0");
  }

  private Optional<Duration> duration(String name) {
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      Duration duration = Duration.parse(iso(text.get().toUpperCase(Locale.ROOT)));
      if (duration.isPositive()) {
        return Optional.of(duration);
      }
    } catch (DateTimeParseException _) {
      // said below
    }
    throw refused(name, text.get(), "a time above 0, as 90S, 10M or PT1H30M");
  }

  /// Seconds may stand without a unit, and `PT` may be left out.
  private static String iso(String text) {
    String unit = text.matches("\\d+") ? "S" : "";
    return text.startsWith("P") ? text : "PT" + text + unit;
  }

  private OptionalLong bytes(String name) {
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    Matcher size = SIZE.matcher(text.get().toUpperCase(Locale.ROOT));
    if (!size.matches()) {
      throw refused(name, text.get(), "a number of bytes, as 512M or 4G");
    }
    int power = size.group(2).isEmpty() ? 0 : UNITS.indexOf(size.group(2)) + 1;
    return OptionalLong.of(Long.parseLong(size.group(1)) << (UNIT_BITS * power));
  }

  private Optional<String> text(String name) {
    String property = System.getProperty(name);
    String value = property == null ? environment.get(variable(name)) : property;
    return Optional.ofNullable(value).map(String::strip).filter(text -> !text.isEmpty());
  }

  private static String variable(String name) {
    return name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
  }

  private static EnvironmentException refused(String name, String value, String wanted) {
    return new EnvironmentException("%s is %s, not %s".formatted(name, value, wanted));
  }
}
