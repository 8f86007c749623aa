package dev.halcyon.transformer;

import java.util.Optional;

/// A sample that is excluded from the result.
///
/// @param id of the sample
/// @param parameter whose squared gradient is not finite in float32; empty where the loss itself is
///   not
public record LeftOut(long id, Optional<String> parameter) {
  /// A readable sentence.
  public String reason() {
    return "sample "
        + id
        + " left out: "
        + parameter
            .map(name -> "its squared gradient by " + name + " is not finite")
            .orElse("its loss is not finite");
  }
}
