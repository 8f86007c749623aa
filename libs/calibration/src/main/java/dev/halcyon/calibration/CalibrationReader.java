package dev.halcyon.calibration;

import dev.halcyon.json.WrongContent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;

/// Reads calibration texts, in the order of their source.
public final class CalibrationReader {
  private static final String BUILT_IN = "built-in";
  private static final Map<String, BiFunction<Path, String, TextSource>> FORMATS =
      Map.of(
          "txt", LinesSource::new,
          "json", JsonSource::new,
          "jsonl", JsonLinesSource::new,
          "parquet", ParquetSource::new);

  private CalibrationReader() {}

  /// Texts of a file, in the format that its name ends with: `.txt` with a text a line, `.jsonl`
  /// with an object or string a line, `.json` with an array of them, `.parquet` with a text a row.
  ///
  /// @throws CalibrationException where there is no such file, it is of no such format, damaged, or
  ///   without text
  /// @throws IOException where it cannot be read
  public static Calibration ofFile(Path file, CalibrationOptions options) throws IOException {
    String name = nameOf(file);
    if (Files.isDirectory(file)) {
      throw new CalibrationException(
          file.toString(), "is a folder; --text-files takes a folder with one text in each file");
    }
    if (!Files.exists(file)) {
      throw new CalibrationException(file.toString(), "no such calibration file");
    }
    BiFunction<Path, String, TextSource> format = FORMATS.get(extension(name));
    if (format == null) {
      throw new CalibrationException(
          name, "calibration files end with .txt, .json, .jsonl or .parquet");
    }
    if (!extension(name).equals("txt")) {
      requireRightContent(file, name);
    }
    return read(format.apply(file, name), name, options);
  }

  private static void requireRightContent(Path file, String name) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      WrongContent.of(in.readNBytes(WrongContent.BEGINNING))
          .ifPresent(problem -> {
            throw new CalibrationException(name, problem);
          });
    }
  }

  /// The files of a folder, at any depth and in the order of their paths, each a text; hidden files
  /// and symbolic links do not count.
  ///
  /// @throws CalibrationException where there is no such folder, or a file of it is no text
  /// @throws IOException where it cannot be read
  public static Calibration ofFolder(Path folder, CalibrationOptions options) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new CalibrationException(
          folder.toString(),
          Files.exists(folder)
              ? "is a file; --calibration takes a file of texts"
              : "no such folder of texts");
    }
    return read(new FolderSource(folder), nameOf(folder), options);
  }

  /// The texts that come with Halcyon: code and prose in turn.
  public static Calibration builtIn(CalibrationOptions options) {
    try {
      return read(new BuiltInSource(), BUILT_IN, options);
    } catch (IOException e) {
      throw new IllegalStateException("the built-in texts cannot be read", e);
    }
  }

  private static Calibration read(TextSource source, String name, CalibrationOptions options)
      throws IOException {
    SampleCollector collector = new SampleCollector(options);
    source.readInto(collector);
    return collector.finish(name);
  }

  private static String nameOf(Path path) {
    Path name = path.toAbsolutePath().normalize().getFileName();
    return name == null ? path.toString() : name.toString();
  }

  private static String extension(String name) {
    int dot = name.lastIndexOf('.');
    return name.substring(dot + 1).toLowerCase(Locale.ROOT);
  }
}
