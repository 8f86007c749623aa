package dev.halcyon.services.fisher;

import dev.halcyon.services.common.BadInputException;

/// Keeps files that are read whole from taking all memory.
final class FileSizes {
  private FileSizes() {}

  static void require(String name, long size, long most) {
    if (size > most) {
      throw new BadInputException("%s has %d bytes, too many for this file".formatted(name, size));
    }
  }
}
