package dev.halcyon.plots;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.plots.table.LayerTable;
import java.awt.Font;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// A JVM that finds no font at all, as in a small container, and in another language.
class FontlessMachineTest {
  private static final String NO_FONTS = "AWT finds no fonts";

  @TempDir private Path folder;

  /// What the other JVM runs: the trap first, then the figures.
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) {
      System.out.println(findsNoFonts() ? NO_FONTS : "AWT finds fonts");
      digests().forEach(System.out::println);
      System.out.println("property: " + System.getProperty("sun.awt.fontconfig"));
    }

    private static boolean findsNoFonts() {
      try {
        return new Font(Font.SANS_SERIF, Font.PLAIN, 12).getFamily().isEmpty();
      } catch (RuntimeException | InternalError e) {
        return true;
      }
    }
  }

  private static List<String> digests() {
    LayerTable table =
        MadeUpCharts.table(MadeUpCharts.LLAMA, 12, MadeUpCharts.OUTSIDE, MadeUpCharts.pairs(3));
    List<Chart> charts =
        List.of(MadeUpCharts.heatmap(table), MadeUpCharts.lines(table), MadeUpCharts.fisher(12));
    List<String> digests = new ArrayList<>();
    for (Chart chart : charts) {
      digests.add(digest(chart.figure().png()));
      digests.add(digest(chart.figure().svg()));
    }
    return digests;
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  // Elsewhere the fonts do not come from fontconfig and cannot be taken away.
  @EnabledOnOs(OS.LINUX)
  @Test
  void givesTheSameBytesAndLeavesNothingBehind() throws IOException, InterruptedException {
    Path temporary = Files.createDirectory(folder.resolve("temporary"));
    List<String> lines = runChild(temporary);
    assertThat(lines).hasSize(8);
    assertThat(lines.getFirst()).isEqualTo(NO_FONTS);
    assertThat(lines.subList(1, 7)).isEqualTo(digests());
    assertThat(lines.getLast()).isEqualTo("property: null");
    assertThat(temporary).isEmptyDirectory();
  }

  private List<String> runChild(Path temporary) throws IOException, InterruptedException {
    Path noFonts = Files.writeString(folder.resolve("fonts.conf"), "<fontconfig></fontconfig>\n");
    Path output = folder.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Duser.home=" + folder,
            "-Djava.io.tmpdir=" + temporary,
            "-Duser.language=ar",
            "-Duser.country=EG",
            "-Djava.awt.headless=true",
            "-cp",
            System.getProperty("java.class.path"),
            Child.class.getName());
    builder.environment().put("FONTCONFIG_FILE", noFonts.toString());
    builder.redirectOutput(output.toFile()).redirectErrorStream(true);
    int exit = builder.start().waitFor();
    String printed = Files.readString(output, StandardCharsets.UTF_8);
    assertThat(exit).as(printed).isZero();
    return printed.lines().toList();
  }
}
