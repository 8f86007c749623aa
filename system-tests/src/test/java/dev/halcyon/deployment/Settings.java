package dev.halcyon.deployment;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.smallrye.config.ConfigMapping;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// The settings that services read, by the names that their classes give them.
final class Settings {
  private static final JavaClasses CLASSES =
      new ClassFileImporter().importPackages("dev.halcyon.services");

  private Settings() {}

  /// As environment variables: `HALCYON_STORE_URI`.
  static Set<String> variables() {
    return Stream.concat(mapped(), injected())
        .map(name -> name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT))
        .collect(Collectors.toSet());
  }

  private static Stream<String> mapped() {
    return CLASSES.stream()
        .filter(found -> found.isAnnotatedWith(ConfigMapping.class))
        .flatMap(Settings::properties);
  }

  /// `halcyon.fetcher.local-roots` for `localRoots()` of a mapping of `halcyon.fetcher`.
  private static Stream<String> properties(JavaClass mapping) {
    String prefix = mapping.getAnnotationOfType(ConfigMapping.class).prefix();
    return mapping.getMethods().stream()
        .map(method -> prefix + "." + method.getName().replaceAll("([A-Z])", "-$1"));
  }

  private static Stream<String> injected() {
    return CLASSES.stream()
        .flatMap(found -> found.getCodeUnits().stream())
        .flatMap(unit -> unit.getParameters().stream())
        .filter(parameter -> parameter.isAnnotatedWith(ConfigProperty.class))
        .map(parameter -> parameter.getAnnotationOfType(ConfigProperty.class).name());
  }
}
