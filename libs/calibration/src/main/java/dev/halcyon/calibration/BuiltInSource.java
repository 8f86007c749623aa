package dev.halcyon.calibration;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/// The texts that come with Halcyon, code and prose in turn, written for it.
record BuiltInSource() implements TextSource {
  private static final String FOLDER = "built-in/";
  private static final String INDEX = "index.txt";

  @Override
  public void readInto(SampleCollector collector) throws IOException {
    for (String name : resource(INDEX).lines().toList()) {
      if (collector.full()) {
        return;
      }
      collector.add(name, resource(name));
    }
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = BuiltInSource.class.getResourceAsStream(FOLDER + name)) {
      if (in == null) {
        throw new IllegalStateException("the built-in text " + name + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
