package dev.halcyon.standalone;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads how many of something there are to be, one or more.
final class CountConverter implements ITypeConverter<Integer> {
  @Override
  public Integer convert(String value) {
    try {
      int count = Integer.parseInt(value);
      if (count >= 1) {
        return count;
      }
    } catch (NumberFormatException e) {
      throw notCount(value);
    }
    throw notCount(value);
  }

  private static TypeConversionException notCount(String value) {
    return new TypeConversionException("'%s' is not a number of 1 or more".formatted(value));
  }
}
