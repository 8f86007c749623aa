package dev.halcyon.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The arrows between modules, and which library lives in which module.
class HouseRulesTest {
  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.halcyon");

  /// What each module of ours may use of the others; a package is a module.
  private static final Map<String, Set<String>> ARROWS =
      Map.ofEntries(
          Map.entry("json", Set.of()),
          Map.entry("contracts", Set.of("json", "tensors")),
          Map.entry("tensors", Set.of("json")),
          Map.entry("objectstore", Set.of()),
          Map.entry("calibration", Set.of("json")),
          Map.entry("plots", Set.of("contracts")),
          Map.entry("report", Set.of("analysis", "contracts", "tensors")),
          Map.entry("analysis", Set.of("contracts", "tensors")),
          Map.entry("exports", Set.of("analysis", "contracts", "tensors")),
          Map.entry("hub", Set.of("calibration", "tensors")),
          Map.entry("transformer", Set.of("contracts", "json", "tensors")),
          Map.entry("services.common", Set.of("contracts", "tensors", "objectstore")),
          Map.entry("services.fetcher", withCommon("analysis", "calibration", "hub")),
          Map.entry("services.similarity", withCommon("analysis")),
          Map.entry("services.fisher", withCommon("analysis", "json", "transformer")),
          Map.entry("services.aggregator", withCommon("analysis")),
          Map.entry("services.plotter", withCommon("analysis", "plots", "report")),
          Map.entry(
              "standalone",
              Set.of(
                  "analysis",
                  "calibration",
                  "contracts",
                  "exports",
                  "hub",
                  "json",
                  "objectstore",
                  "plots",
                  "report",
                  "services.aggregator",
                  "services.common",
                  "services.fetcher",
                  "services.fisher",
                  "services.plotter",
                  "services.similarity",
                  "tensors",
                  "transformer")));

  private static Set<String> withCommon(String... libraries) {
    Set<String> allowed =
        new TreeSet<>(Set.of("contracts", "tensors", "objectstore", "services.common"));
    allowed.addAll(List.of(libraries));
    return allowed;
  }

  static Set<String> modules() {
    Set<String> modules = new TreeSet<>();
    ALL.forEach(found -> modules.add(module(found)));
    return modules;
  }

  private static String module(JavaClass found) {
    String[] names = found.getPackageName().substring("dev.halcyon.".length()).split("\\.");
    boolean service = names[0].equals("services");
    return String.join(".", Arrays.copyOf(names, service ? 2 : 1));
  }

  @ParameterizedTest
  @MethodSource("modules")
  void aModuleUsesOnlyWhatItsArrowsAllow(String module) {
    assertThat(ARROWS).containsKey(module);
    Set<String> allowed = ARROWS.get(module);
    Set<String> broken = new TreeSet<>();
    ALL.stream()
        .filter(found -> module(found).equals(module))
        .flatMap(found -> found.getDirectDependenciesFromSelf().stream())
        .filter(used -> used.getTargetClass().getPackageName().startsWith("dev.halcyon."))
        .filter(used -> !module(used.getTargetClass()).equals(module))
        .filter(used -> !allowed.contains(module(used.getTargetClass())))
        .forEach(used -> broken.add(used.getDescription()));

    assertThat(broken).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "ai.djl.., dev.halcyon.transformer..",
    "io.minio.., dev.halcyon.objectstore..",
    "jdk.incubator.vector.., dev.halcyon.tensors.internal..",
    "org.apache.batik.., dev.halcyon.plots..",
    "org.yaml.snakeyaml.., dev.halcyon.exports..",
  })
  void aLibraryStaysInItsModule(String library, String home) {
    noClasses()
        .that()
        .resideOutsideOfPackage(home)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(ALL);
  }

  @Test
  void librariesKnowNoFramework() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.halcyon.services..", "dev.halcyon.standalone..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.quarkus..",
            "jakarta.enterprise..",
            "jakarta.inject..",
            "org.apache.kafka..",
            "io.smallrye..",
            "org.eclipse.microprofile..")
        .check(ALL);
  }

  @Test
  void handlersKnowNeitherQuarkusNorKafka() {
    noClasses()
        .that()
        .haveSimpleNameEndingWith("Handler")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.quarkus..", "jakarta.enterprise..", "org.apache.kafka..", "io.smallrye..")
        .check(ALL);
  }
}
