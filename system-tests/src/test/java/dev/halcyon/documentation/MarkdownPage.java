package dev.halcyon.documentation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A page of the documentation.
///
/// @param path of the file
/// @param lines of the file
public record MarkdownPage(Path path, List<String> lines) {
  private static final Path ROOT = Path.of(System.getProperty("halcyon.root"));
  private static final List<String> FOLDERS =
      List.of("bench", "deploy", "docs", "examples", "libs", "services", "tools");
  private static final String FENCE = "```";
  private static final Pattern COMMENT = Pattern.compile("\\s+#.*");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern CODE = Pattern.compile("`[^`]*`");
  private static final Pattern HEADING = Pattern.compile("#+ .*");

  /// All pages of the repository, by path.
  public static List<MarkdownPage> all() throws IOException {
    List<Path> files = new ArrayList<>(markdown(ROOT, 1));
    for (String folder : FOLDERS) {
      if (Files.isDirectory(ROOT.resolve(folder))) {
        files.addAll(markdown(ROOT.resolve(folder), Integer.MAX_VALUE));
      }
    }
    List<MarkdownPage> pages = new ArrayList<>();
    for (Path file : files) {
      pages.add(read(file));
    }
    return pages;
  }

  private static List<Path> markdown(Path folder, int depth) throws IOException {
    try (Stream<Path> files = Files.walk(folder, depth)) {
      return files
          .filter(file -> file.toString().endsWith(".md") && !file.toString().contains("/target/"))
          .sorted()
          .toList();
    }
  }

  static MarkdownPage read(Path file) throws IOException {
    return new MarkdownPage(file, Files.readAllLines(file));
  }

  /// The path from the root of the repository.
  public String name() {
    return ROOT.relativize(path).toString();
  }

  /// The command lines in code blocks that begin with a word, without comments, each on one line.
  public List<String> commands(String word) {
    List<String> commands = new ArrayList<>();
    String begun = "";
    for (String line : codeLines()) {
      String whole = begun + COMMENT.matcher(line.strip()).replaceFirst("");
      boolean goesOn = whole.endsWith("\\");
      begun = goesOn && whole.startsWith(word) ? whole.replaceFirst("\\s*\\\\$", " ") : "";
      if (!goesOn && whole.startsWith(word)) {
        commands.add(whole);
      }
    }
    return commands;
  }

  /// The command lines in blocks of shell code, without comments, each on one line.
  public List<String> shellCommands() {
    List<String> commands = new ArrayList<>();
    String begun = "";
    for (String line : shellLines()) {
      String whole = begun + COMMENT.matcher(" " + line.strip()).replaceFirst("").strip();
      boolean goesOn = whole.endsWith("\\") || whole.endsWith("|");
      begun = goesOn ? whole.replaceFirst("\\s*\\\\$", "") + " " : "";
      if (!goesOn && !whole.isEmpty()) {
        commands.add(whole);
      }
    }
    return commands;
  }

  private List<String> shellLines() {
    List<String> shell = new ArrayList<>();
    boolean inShell = false;
    for (String line : lines) {
      if (line.strip().startsWith(FENCE)) {
        inShell = line.strip().equals(FENCE + "sh");
      } else if (inShell) {
        shell.add(line);
      }
    }
    return shell;
  }

  private List<String> codeLines() {
    List<String> code = new ArrayList<>();
    boolean fenced = false;
    for (String line : lines) {
      if (line.strip().startsWith(FENCE)) {
        fenced = !fenced;
      } else if (fenced || line.startsWith("    ")) {
        code.add(line);
      }
    }
    return code;
  }

  /// The targets of links to files and headings of the repository.
  List<String> links() {
    return prose().stream()
        .flatMap(line -> LINK.matcher(CODE.matcher(line).replaceAll("")).results())
        .map((MatchResult link) -> link.group(1))
        .filter(target -> !target.matches("[a-z]+:.*"))
        .toList();
  }

  /// The names that links give to the page's headings.
  Set<String> anchors() {
    Set<String> anchors = new LinkedHashSet<>();
    for (String line : prose()) {
      if (HEADING.matcher(line).matches()) {
        anchors.add(anchor(line.replaceFirst("#+ ", "")));
      }
    }
    return anchors;
  }

  private static String anchor(String heading) {
    return heading
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N}\\-_ ]", "")
        .strip()
        .replace(' ', '-');
  }

  private List<String> prose() {
    List<String> prose = new ArrayList<>();
    boolean fenced = false;
    for (String line : lines) {
      if (line.strip().startsWith(FENCE)) {
        fenced = !fenced;
      } else if (!fenced) {
        prose.add(line);
      }
    }
    return prose;
  }
}
