package dev.halcyon.exports;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/// A kind of file that another tool reads. Each states where it comes from as far as the format
/// allows.
public interface ExportFormat {
  /// Makes the file.
  ///
  /// @throws ExportException where the results do not hold what it takes, or the format cannot
  ///   express it
  /// @throws IOException where a file of the results cannot be read
  ExportedFile write(Export export) throws IOException;

  /// What its content can be made of.
  default Set<Quantity> quantities() {
    return EnumSet.allOf(Quantity.class);
  }

  /// Whether its content depends on which tensors a rule chooses.
  default boolean choosesTensors() {
    return true;
  }
}
