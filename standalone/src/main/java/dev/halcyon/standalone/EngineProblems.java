package dev.halcyon.standalone;

import dev.halcyon.services.common.BadInputException;
import dev.halcyon.services.common.EnvironmentException;
import dev.halcyon.transformer.DeviceUnavailableException;
import dev.halcyon.transformer.NoUsableSampleException;
import dev.halcyon.transformer.OutOfBudgetException;
import dev.halcyon.transformer.UnsupportedModelException;

/// Says who must act on a failure of an engine that runs in this command.
final class EngineProblems {
  private EngineProblems() {}

  static RuntimeException classed(RuntimeException thrown) {
    return switch (thrown) {
      case UnsupportedModelException e -> new BadInputException(e.getMessage(), e);
      case NoUsableSampleException e -> new BadInputException(e.getMessage(), e);
      case IllegalArgumentException e -> new BadInputException(e.getMessage(), e);
      case DeviceUnavailableException e -> new EnvironmentException(e.getMessage(), e);
      case OutOfBudgetException e -> new EnvironmentException(e.getMessage(), e);
      default -> thrown;
    };
  }
}
