package dev.halcyon.services.fisher;

import dev.halcyon.analysis.fisher.InvalidFisherException;
import dev.halcyon.services.common.BadInputException;
import dev.halcyon.services.common.EnvironmentException;
import dev.halcyon.transformer.DeviceUnavailableException;
import dev.halcyon.transformer.NoUsableSampleException;
import dev.halcyon.transformer.OutOfBudgetException;
import dev.halcyon.transformer.UnsupportedModelException;

/// Says who must act on a failure of the engine.
final class EngineFailures {
  private EngineFailures() {}

  /// The failure as the services classify it; an own failure stays as it is.
  ///
  /// @param source the model
  static RuntimeException classed(String source, RuntimeException thrown) {
    return switch (thrown) {
      case UnsupportedModelException e -> new BadInputException(e.getMessage(), e);
      case NoUsableSampleException e -> new BadInputException(named(source, e), e);
      case InvalidFisherException e -> new BadInputException(named(source, e), e);
      case IllegalArgumentException e -> new BadInputException(named(source, e), e);
      case DeviceUnavailableException e -> new EnvironmentException(e.getMessage(), e);
      case OutOfBudgetException e ->
          new EnvironmentException(
              named(source, e) + " (halcyon.fisher.memory, halcyon.fisher.disk)", e);
      default -> thrown;
    };
  }

  private static String named(String source, RuntimeException e) {
    return "[" + source + "] " + e.getMessage();
  }
}
