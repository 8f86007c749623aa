package dev.halcyon.standalone;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.halcyon.documentation.MarkdownPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every command line of the documentation runs, or `docs/untested-commands.txt` says why it is not
/// tested. The file lists commands of other programs by how they begin.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DocumentedCommandsTest {
  private static final Path ROOT = Path.of(System.getProperty("halcyon.root"));
  private static final Path UNTESTED = ROOT.resolve("docs/untested-commands.txt");
  private static final String COMMAND = "./halcyon";
  private static final String REASON = " # ";
  private static final Pattern ARGUMENT = Pattern.compile("'[^']*'|\"[^\"]*\"|\\S+");

  /// Where the tests run.
  private static final Path WORK = Path.of("").toAbsolutePath();

  /// Makes the folder look like the repository to a command.
  @BeforeAll
  static void linkExamples() throws IOException {
    Path examples = WORK.resolve("examples");
    Files.deleteIfExists(examples);
    Files.createSymbolicLink(examples, ROOT.resolve("examples"));
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
  void aDocumentedCommandRuns(String command) {
    CommandProcess.Ended ended = CommandHere.run(arguments(command));

    assertThat(ended.status()).as(ended::err).isZero();
  }

  @Test
  void anUntestedCommandIsDocumentedAndHasAReason() throws IOException {
    assertThat(untested()).isNotEmpty();
    assertThat(documented()).containsAll(untested().keySet());
    assertThat(Files.readAllLines(UNTESTED))
        .filteredOn(line -> line.startsWith(COMMAND))
        .allSatisfy(line -> assertThat(line).matches(".+ # \\w.+"));
  }

  @Test
  void aCommandOfAnotherProgramIsListedWithAReason() throws IOException {
    List<String> beginnings =
        Files.readAllLines(UNTESTED).stream()
            .filter(line -> line.matches("[^#\\s].* # \\w.+"))
            .map(line -> line.split(REASON, 2)[0].strip())
            .toList();
    for (MarkdownPage page : MarkdownPage.all()) {
      assertThat(page.shellCommands())
          .as(page.name())
          .filteredOn(command -> !command.startsWith(COMMAND))
          .allSatisfy(command -> assertThat(beginnings).anyMatch(command::startsWith));
    }
  }

  @ParameterizedTest
  @MethodSource("untestedCommands")
  void anUntestedCommandHasOptionsThatExist(String command) {
    String[] arguments = arguments(command.replace("&", ""));

    assertThatCode(() -> Halcyon.commandLine().parseArgs(arguments)).doesNotThrowAnyException();
  }

  private static String[] arguments(String command) {
    return ARGUMENT
        .matcher(command.substring(COMMAND.length()))
        .results()
        .map(argument -> argument.group().replaceAll("['\"]", ""))
        .toArray(String[]::new);
  }

  static Set<String> untestedCommands() throws IOException {
    return untested().keySet();
  }
}
