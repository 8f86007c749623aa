package dev.halcyon.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentationTest {
  private static final int LONGEST_LINE = 120;

  @Test
  void relativeLinksLeadToFilesAndHeadings() throws IOException {
    List<String> broken = new ArrayList<>();
    for (MarkdownPage page : MarkdownPage.all()) {
      for (String target : page.links()) {
        if (!leadsSomewhere(page, target)) {
          broken.add(page.name() + ": " + target);
        }
      }
    }

    assertThat(broken).isEmpty();
  }

  /// Markdown has no way to continue a row of a table on another line.
  @Test
  void linesAreShort() throws IOException {
    List<String> tooLong = new ArrayList<>();
    for (MarkdownPage page : MarkdownPage.all()) {
      for (int i = 0; i < page.lines().size(); i++) {
        String line = page.lines().get(i);
        if (!line.startsWith("|") && line.codePointCount(0, line.length()) > LONGEST_LINE) {
          tooLong.add("%s:%d: %s".formatted(page.name(), i + 1, line));
        }
      }
    }

    assertThat(tooLong).isEmpty();
  }

  /// The index leads to every page below `docs`, directly or through the pages it names.
  @Test
  void everyPageIsReachedFromTheIndex() throws IOException {
    Path index = Path.of(System.getProperty("halcyon.root"), "docs", "README.md");
    List<Path> reached = new ArrayList<>(List.of(index));
    for (int i = 0; i < reached.size(); i++) {
      for (String target : MarkdownPage.read(reached.get(i)).links()) {
        Path file = file(reached.get(i), target);
        if (file.toString().endsWith(".md") && !reached.contains(file)) {
          reached.add(file);
        }
      }
    }

    assertThat(MarkdownPage.all())
        .filteredOn(page -> page.path().startsWith(index.getParent()))
        .extracting(MarkdownPage::path)
        .isSubsetOf(reached);
  }

  @Test
  void aPageIsReadAsItIsShown(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("page.md");
    Files.writeString(
        file,
        """
        # A `b` page, *twice*
        [one](other.md#there) `[no](link)` <https://x.example> [two](https://x.example)
        ```sh
        ./halcyon demo     # comment
        ./halcyon compare --base a \\
          --fine-tune b
        # [no](link)
        echo a |
          tee b   # both
        ```
        ```
        no command
        ```
        """);
    MarkdownPage page = MarkdownPage.read(file);

    assertThat(page.links()).containsExactly("other.md#there");
    assertThat(page.anchors()).containsExactly("a-b-page-twice");
    assertThat(page.commands("./halcyon"))
        .containsExactly("./halcyon demo", "./halcyon compare --base a --fine-tune b");
    assertThat(page.shellCommands())
        .containsExactly(
            "./halcyon demo", "./halcyon compare --base a --fine-tune b", "echo a | tee b");
    assertThat(leadsSomewhere(page, "other.md")).isFalse();
    assertThat(leadsSomewhere(page, "#a-b-page-twice")).isTrue();
    assertThat(leadsSomewhere(page, "page.md#elsewhere")).isFalse();
  }

  private static boolean leadsSomewhere(MarkdownPage page, String target) throws IOException {
    Path file = file(page.path(), target);
    int heading = target.indexOf('#');
    return Files.exists(file)
        && (heading < 0
            || MarkdownPage.read(file).anchors().contains(target.substring(heading + 1)));
  }

  private static Path file(Path page, String target) {
    String path = target.replaceFirst("#.*", "");
    return path.isEmpty() ? page : page.resolveSibling(path).normalize();
  }
}
