package dev.halcyon.contracts.job;

import static java.util.Objects.requireNonNull;

/// How much of a model that Fisher information is computed of is where workers read it.
///
/// @param model `base`, `ft1`, …
/// @param there objects that are in the store
/// @param objects that are to be there; 0 where everything is read in place
/// @param bytesThere of the objects that are there
/// @param bytes of all of them
public record ModelArrival(String model, long there, long objects, long bytesThere, long bytes) {
  public ModelArrival {
    requireNonNull(model, "model is null");
  }

  /// Whether its Fisher tasks may start.
  public boolean complete() {
    return there >= objects;
  }
}
