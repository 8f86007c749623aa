package dev.halcyon.standalone;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads a port of this machine.
final class PortConverter implements ITypeConverter<Integer> {
  private static final int LAST = 65_535;

  @Override
  public Integer convert(String value) {
    try {
      int port = Integer.parseInt(value);
      if (port >= 1 && port <= LAST) {
        return port;
      }
    } catch (NumberFormatException e) {
      throw notPort(value);
    }
    throw notPort(value);
  }

  private static TypeConversionException notPort(String value) {
    return new TypeConversionException("'%s' is not a port from 1 to %d".formatted(value, LAST));
  }
}
