package dev.halcyon.calibration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// A folder with a sample a file, at any depth, by path. Hidden files and folders and symbolic
/// links are passed over.
///
/// @param folder to read
record FolderSource(Path folder) implements TextSource {
  @Override
  public void readInto(SampleCollector collector) throws IOException {
    for (Path file : files()) {
      if (collector.full()) {
        return;
      }
      String name = relative(file);
      collector.add(name, text(file, name, collector.options()));
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths
          .filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
          .filter(path -> !isHidden(path))
          .sorted(Comparator.comparing(this::relative))
          .toList();
    } catch (java.io.UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private boolean isHidden(Path path) {
    return names(path).anyMatch(name -> name.startsWith("."));
  }

  /// The path below the folder, with slashes everywhere, so that order and ids do not depend on the
  /// system.
  private String relative(Path path) {
    return String.join("/", names(path).toList());
  }

  private Stream<String> names(Path path) {
    return StreamSupport.stream(folder.relativize(path).spliterator(), false).map(Path::toString);
  }

  private static String text(Path file, String name, CalibrationOptions options)
      throws IOException {
    if (Files.size(file) > options.maxSampleBytes()) {
      throw SampleCollector.tooLong(name, options);
    }
    return StrictUtf8.withoutByteOrderMark(StrictUtf8.decode(Files.readAllBytes(file), name));
  }
}
