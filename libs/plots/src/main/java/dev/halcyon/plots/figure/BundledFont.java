package dev.halcyon.plots.figure;

import java.awt.Font;
import java.awt.FontFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// Loads the font in this module's resources, on machines that have no other.
///
/// Java reads a font's glyphs from its file as they are needed, as long as the JVM lives: a copy is
/// made in the folder that the system property `halcyon.plots.font-folder` names, or in
/// `java.io.tmpdir`, and goes when the JVM ends in order. Who sets the property deletes the folder,
/// also after a JVM that was killed.
///
/// Java's font manager gives up in a container without fonts, even for a font of our own, until the
/// property `sun.awt.fontconfig` names a file that asks for none. Only where the manager has given
/// up is that file written, named while the manager starts again, and removed.
final class BundledFont {
  private static final String RESOURCE = "DejaVuSans.ttf";
  private static final Path FOLDER =
      Path.of(
          System.getProperty("halcyon.plots.font-folder", System.getProperty("java.io.tmpdir")));
  private static final String FONTCONFIG_PROPERTY = "sun.awt.fontconfig";
  private static final String NO_SYSTEM_FONTS = "version=1\nsequence.allfonts=default\n";

  private BundledFont() {}

  static Font load() {
    System.setProperty("java.awt.headless", "true");
    try {
      Files.createDirectories(FOLDER);
      return fontManagerStarts() ? read() : readWithoutSystemFonts();
    } catch (IOException | FontFormatException e) {
      String message =
          "the bundled font %s cannot be loaded: %s; Java needs its own libfreetype and a writable %s"
              .formatted(RESOURCE, e.getMessage(), FOLDER);
      throw new UncheckedIOException(new IOException(message, e));
    }
  }

  private static boolean fontManagerStarts() {
    try {
      return !new Font(Font.DIALOG, Font.PLAIN, 1).getFamily().isEmpty();
    } catch (RuntimeException | InternalError e) {
      return false;
    }
  }

  private static Font read() throws IOException, FontFormatException {
    Path copy = Files.createTempFile(FOLDER, "halcyon-font", ".ttf");
    copy.toFile().deleteOnExit();
    try (InputStream resource = BundledFont.class.getResourceAsStream(RESOURCE)) {
      if (resource == null) {
        throw new IOException(RESOURCE + " is missing beside " + BundledFont.class.getName());
      }
      Files.copy(resource, copy, StandardCopyOption.REPLACE_EXISTING);
    }
    return Font.createFont(Font.TRUETYPE_FONT, copy.toFile());
  }

  private static Font readWithoutSystemFonts() throws IOException, FontFormatException {
    String before = System.getProperty(FONTCONFIG_PROPERTY);
    Path configuration = Files.createTempFile(FOLDER, "halcyon-fontconfig", ".properties");
    try {
      Files.writeString(configuration, NO_SYSTEM_FONTS);
      System.setProperty(FONTCONFIG_PROPERTY, configuration.toString());
      return read();
    } finally {
      restore(before);
      Files.delete(configuration);
    }
  }

  private static void restore(String before) {
    if (before == null) {
      System.clearProperty(FONTCONFIG_PROPERTY);
    } else {
      System.setProperty(FONTCONFIG_PROPERTY, before);
    }
  }
}
