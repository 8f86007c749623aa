package dev.halcyon.plots.figure;

import java.util.List;

/// A chart laid out: rectangles, lines and text in painting order. Immutable; encoding it twice
/// gives the same bytes.
public final class Figure {
  /// Pixels of the PNG for one logical pixel.
  public static final int PNG_SCALE = 2;

  /// The largest figure, in logical pixels: 320 MB of memory while the PNG is drawn.
  public static final long LARGEST_AREA = 20_000_000;

  private final String title;
  private final int width;
  private final int height;
  private final List<Mark> marks;

  Figure(String title, int width, int height, List<Mark> marks) {
    if ((long) width * height > LARGEST_AREA) {
      throw new FigureTooLargeException(
          "[%s] a figure of %d x %d pixels is larger than %d; fewer series or components make it smaller"
              .formatted(title, width, height, LARGEST_AREA));
    }
    this.title = title;
    this.width = width;
    this.height = height;
    this.marks = List.copyOf(marks);
  }

  /// Width in logical pixels.
  public int width() {
    return width;
  }

  /// Height in logical pixels.
  public int height() {
    return height;
  }

  /// A PNG of [#PNG_SCALE] times the logical size.
  public byte[] png() {
    return PngEncoder.encode(this);
  }

  /// A stand-alone SVG of the logical size, UTF-8, whose text is text.
  public byte[] svg() {
    return SvgEncoder.encode(this);
  }

  String title() {
    return title;
  }

  List<Mark> marks() {
    return marks;
  }
}
