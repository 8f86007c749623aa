package dev.halcyon.standalone;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.halcyon.documentation.MarkdownPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every command line of the documentation runs, or `docs/untested-commands.txt` says why it is not
/// tested.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DocumentedCommandsTest {
  private static final Path ROOT = Path.of(System.getProperty("halcyon.root"));
  private static final Path UNTESTED = ROOT.resolve("docs/untested-commands.txt");
  private static final String COMMAND = "./halcyon";
  private static final String REASON = " # ";
  private static final Pattern ARGUMENT = Pattern.compile("'[^']*'|\"[^\"]*\"|\\S+");

  @TempDir private static Path folder;

  /// A folder that looks like the repository to a command.
  @BeforeAll
  static void linkExamples() throws IOException {
    Files.createSymbolicLink(folder.resolve("examples"), ROOT.resolve("examples"));
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    Map<String, String> settings =
        Map.of("halcyon.home", ROOT.toString(), "java.io.tmpdir", temporary.toString());
    Path launcher = folder.resolve("halcyon");
    Files.createFile(
        launcher,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    Files.writeString(
        launcher,
        "#!/bin/sh\nexec '%s' \"$@\"\n"
            .formatted(String.join("' '", ServiceProcess.halcyon(settings))));
  }

  static Set<String> tested() throws IOException {
    Set<String> commands = documented();
    commands.removeAll(untested().keySet());
    return commands;
  }

  private static Set<String> documented() throws IOException {
    Set<String> commands = new LinkedHashSet<>();
    for (MarkdownPage page : MarkdownPage.all()) {
      commands.addAll(page.commands(COMMAND));
    }
    return commands;
  }

  private static Map<String, String> untested() throws IOException {
    return Files.readAllLines(UNTESTED).stream()
        .filter(line -> line.startsWith(COMMAND))
        .map(line -> line.split(REASON, 2))
        .collect(toMap(parts -> parts[0].strip(), parts -> parts[parts.length - 1]));
  }

  @ParameterizedTest
  @MethodSource("tested")
  void aDocumentedCommandRuns(String command) throws Exception {
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder("sh", "-c", command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();

    assertThat(process.waitFor()).as(() -> read(log)).isZero();
  }

  @Test
  void anUntestedCommandIsDocumentedAndHasAReason() throws IOException {
    assertThat(untested()).isNotEmpty();
    assertThat(documented()).containsAll(untested().keySet());
    assertThat(Files.readAllLines(UNTESTED))
        .filteredOn(line -> line.startsWith(COMMAND))
        .allSatisfy(line -> assertThat(line).matches(".+ # \\w.+"));
  }

  @ParameterizedTest
  @MethodSource("untestedCommands")
  void anUntestedCommandHasOptionsThatExist(String command) {
    String[] arguments = arguments(command.substring(COMMAND.length()).replace("&", ""));

    assertThatCode(() -> Halcyon.commandLine().parseArgs(arguments)).doesNotThrowAnyException();
  }

  private static String[] arguments(String line) {
    return ARGUMENT
        .matcher(line)
        .results()
        .map(argument -> argument.group().replaceAll("['\"]", ""))
        .toArray(String[]::new);
  }

  static Set<String> untestedCommands() throws IOException {
    return untested().keySet();
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
