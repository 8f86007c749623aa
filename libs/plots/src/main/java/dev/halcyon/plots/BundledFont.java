package dev.halcyon.plots;

import java.awt.Font;
import java.awt.FontFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Loads the font in this module's resources, on machines that have no other.
///
/// Java's font manager gives up in a container without fonts, even for a font of our own, until the
/// property `sun.awt.fontconfig` names a file that asks for none. Only where the manager has given
/// up is that file written, named while the manager starts again, and removed.
final class BundledFont {
  private static final String RESOURCE = "DejaVuSans.ttf";
  private static final String FONTCONFIG_PROPERTY = "sun.awt.fontconfig";
  private static final String NO_SYSTEM_FONTS = "version=1\nsequence.allfonts=default\n";

  private BundledFont() {}

  static Font load() {
    System.setProperty("java.awt.headless", "true");
    try {
      return fontManagerStarts() ? read() : readWithoutSystemFonts();
    } catch (IOException | FontFormatException e) {
      String message =
          "the bundled font %s cannot be loaded: %s; Java needs its own libfreetype and a writable %s"
              .formatted(RESOURCE, e.getMessage(), System.getProperty("java.io.tmpdir"));
      throw new UncheckedIOException(new IOException(message, e));
    }
  }

  // Asked before the font is read: a failing createFont leaves its copy of the font behind.
  private static boolean fontManagerStarts() {
    try {
      return !new Font(Font.DIALOG, Font.PLAIN, 1).getFamily().isEmpty();
    } catch (RuntimeException | InternalError e) {
      return false;
    }
  }

  private static Font read() throws IOException, FontFormatException {
    try (InputStream stream = BundledFont.class.getResourceAsStream(RESOURCE)) {
      if (stream == null) {
        throw new IOException(RESOURCE + " is missing beside " + BundledFont.class.getName());
      }
      return Font.createFont(Font.TRUETYPE_FONT, stream);
    }
  }

  private static Font readWithoutSystemFonts() throws IOException, FontFormatException {
    String before = System.getProperty(FONTCONFIG_PROPERTY);
    Path configuration = Files.createTempFile("halcyon-fontconfig", ".properties");
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
