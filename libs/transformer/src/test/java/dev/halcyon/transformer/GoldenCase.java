package dev.halcyon.transformer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// A small checkpoint and what transformers computes from it in float64; written by
/// `tools/golden/transformer_golden.py`.
///
/// @param folder of both
record GoldenCase(Path folder) {
  static GoldenCase named(String name) {
    return new GoldenCase(root().resolve(name));
  }

  static List<GoldenCase> all() {
    try (Stream<Path> folders = Files.list(root())) {
      return folders.sorted().map(GoldenCase::new).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path root() {
    try {
      return Path.of(GoldenCase.class.getResource("golden").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  GoldenValues expected() {
    return new GoldenValues(folder.resolve("expected.safetensors"));
  }

  List<TokenSample> samples() {
    return expected().samples();
  }

  float[] floats(String tensor) {
    return expected().floats(tensor);
  }

  long[] longs(String tensor) {
    return expected().longs(tensor);
  }

  double[] doubles(String tensor) {
    return expected().doubles(tensor);
  }

  List<String> parameters() {
    return expected().parameters();
  }

  @Override
  public String toString() {
    return folder.getFileName().toString();
  }
}
