package dev.halcyon.plots.figure;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/// A figure as PNG. Glyphs are filled outlines, so no font setting of the machine changes a pixel.
final class PngEncoder {
  private PngEncoder() {}

  static byte[] encode(Figure figure) {
    int scale = Figure.PNG_SCALE;
    BufferedImage image =
        new BufferedImage(
            figure.width() * scale, figure.height() * scale, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.scale(scale, scale);
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      graphics.setRenderingHint(
          RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
      new MarkPainter(graphics, PngEncoder::fillOutline).paint(figure);
    } finally {
      graphics.dispose();
    }
    return encode(image);
  }

  private static void fillOutline(
      Graphics2D graphics, String text, TextStyle style, double x, double y) {
    graphics.fill(Typeface.outline(text, style.size(), x, y));
  }

  private static byte[] encode(BufferedImage image) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    // In memory: ImageIO's own choice of stream goes through a file in the temporary folder.
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(stream);
      writer.write(image);
    } catch (IOException e) {
      throw new UncheckedIOException("PNG of " + image.getWidth() + " x " + image.getHeight(), e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
