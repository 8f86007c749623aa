package dev.halcyon.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;

/// What a page is made of beside its numbers: texts on the class path.
final class PageResource {
  /// In an order in which each uses only those before it.
  static final List<String> MODULES =
      List.of(
          "format",
          "state",
          "data",
          "dom",
          "download",
          "colour",
          "chart",
          "heatmap",
          "depth",
          "importance",
          "bars",
          "table",
          "tensors",
          "details",
          "run",
          "page");

  private static final String D3_PROPERTIES = "/META-INF/maven/org.webjars.npm/d3/pom.properties";

  private PageResource() {}

  static String own(String name) {
    return read(name);
  }

  /// The page's modules as one script.
  static String script() {
    ScriptBundle bundle = new ScriptBundle();
    MODULES.forEach(name -> bundle.add(name, own(name + ".js")));
    return bundle.toString();
  }

  static String d3() {
    return d3("dist/d3.min.js");
  }

  static String d3Licence() {
    return d3("LICENSE");
  }

  private static String d3(String file) {
    return read("/META-INF/resources/webjars/d3/" + d3Version() + "/" + file);
  }

  static String d3Version() {
    Properties properties = new Properties();
    try (InputStream content = open(D3_PROPERTIES)) {
      properties.load(content);
    } catch (IOException e) {
      throw new UncheckedIOException(D3_PROPERTIES, e);
    }
    return properties.getProperty("version");
  }

  private static String read(String name) {
    try (InputStream content = open(name)) {
      return new String(content.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }

  private static InputStream open(String name) {
    InputStream content = PageResource.class.getResourceAsStream(name);
    if (content == null) {
      throw new IllegalStateException("no resource " + name + " on the class path");
    }
    return content;
  }
}
