package dev.halcyon.deployment;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// The settings that services read, by the names that their classes and resources give them.
final class Settings {
  private static final JavaClasses CLASSES =
      new ClassFileImporter().importPackages("dev.halcyon.services");
  private static final Path SERVICES = Path.of(System.getProperty("halcyon.root"), "services");
  private static final List<String> RESOURCES =
      List.of("application.properties", "META-INF/microprofile-config.properties");

  private Settings() {}

  /// A setting.
  ///
  /// @param fallback its value where nobody sets it
  record Setting(String name, Optional<String> fallback) {}

  /// As environment variables: `HALCYON_STORE_URI`.
  static Set<String> variables() {
    return all().keySet().stream()
        .filter(name -> name.startsWith("halcyon."))
        .map(Settings::variable)
        .collect(Collectors.toSet());
  }

  static String variable(String name) {
    return name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
  }

  /// Those of classes and all that resources set, by name. The keys of a map are no part of its
  /// name: `halcyon.health.record-limits`.
  static Map<String, Setting> all() {
    Map<String, Setting> all = new TreeMap<>();
    Stream.of(injected(), mapped(), preset())
        .flatMap(some -> some)
        .forEach(setting -> all.merge(setting.name, setting, Settings::withFallback));
    return all;
  }

  private static Setting withFallback(Setting one, Setting other) {
    return new Setting(one.name, other.fallback.or(() -> one.fallback));
  }

  private static Stream<Setting> mapped() {
    return CLASSES.stream()
        .filter(found -> found.isAnnotatedWith(ConfigMapping.class))
        .flatMap(Settings::properties);
  }

  /// `halcyon.fetcher.local-roots` for `localRoots()` of a mapping of `halcyon.fetcher`.
  private static Stream<Setting> properties(JavaClass mapping) {
    String prefix = mapping.getAnnotationOfType(ConfigMapping.class).prefix();
    return mapping.getMethods().stream()
        .map(method ->
            new Setting(
                prefix
                    + "."
                    + method.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT),
                fallback(method)));
  }

  private static Optional<String> fallback(JavaMethod method) {
    return method.tryGetAnnotationOfType(WithDefault.class).map(WithDefault::value);
  }

  private static Stream<Setting> injected() {
    return CLASSES.stream()
        .flatMap(found -> found.getCodeUnits().stream())
        .flatMap(unit -> unit.getParameters().stream())
        .filter(parameter -> parameter.isAnnotatedWith(ConfigProperty.class))
        .map(parameter ->
            new Setting(
                parameter.getAnnotationOfType(ConfigProperty.class).name(), Optional.empty()));
  }

  private static Stream<Setting> preset() {
    try (Stream<Path> services = Files.list(SERVICES)) {
      return services.sorted().toList().stream()
          .flatMap(
              service -> RESOURCES.stream().map(service.resolve("src/main/resources")::resolve))
          .filter(Files::exists)
          .flatMap(Settings::preset);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Setting> preset(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.stringPropertyNames().stream()
        .flatMap(name ->
            Stream.concat(
                Stream.of(new Setting(mapName(name), Optional.of(properties.getProperty(name)))),
                referred(properties.getProperty(name))));
  }

  private static String mapName(String name) {
    return name.replaceFirst("\\.\".*", "");
  }

  /// `halcyon.log.kafka` for `${halcyon.log.kafka:WARN}`.
  private static Stream<Setting> referred(String value) {
    return Pattern.compile("\\$\\{([^:}]+):?([^}]*)}")
        .matcher(value)
        .results()
        .map(found ->
            new Setting(
                found.group(1), Optional.of(found.group(2)).filter(text -> !text.isEmpty())));
  }
}
