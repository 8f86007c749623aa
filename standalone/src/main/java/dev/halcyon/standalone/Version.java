package dev.halcyon.standalone;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/// Halcyon's version, as the build wrote it.
final class Version implements IVersionProvider {
  static String current() {
    return properties().getProperty("version");
  }

  private static Properties properties() {
    Properties properties = new Properties();
    try (InputStream file = Version.class.getResourceAsStream("version.properties")) {
      properties.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException("version.properties cannot be read", e);
    }
    return properties;
  }

  @Override
  public String[] getVersion() {
    Properties properties = properties();
    return new String[] {
      "halcyon %s (commit %s, built %s)"
          .formatted(
              properties.getProperty("version"),
              properties.getProperty("commit"),
              properties.getProperty("built"))
    };
  }
}
