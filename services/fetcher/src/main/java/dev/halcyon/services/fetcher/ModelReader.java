package dev.halcyon.services.fetcher;

import dev.halcyon.hub.repository.ModelReference;
import dev.halcyon.services.common.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;

/// Finds a model where its name says it is, and reads its headers.
final class ModelReader {
  private final LocalModelReader local;
  private final HubModelReader hub;

  ModelReader(LocalModelReader local, HubModelReader hub) {
    this.local = local;
    this.hub = hub;
  }

  /// @param name `base`, `ft1`, …
  /// @param source as the request names it
  /// @param base that the model was tuned from, so that it may be an adapter; empty for the base
  /// @throws BadInputException where there is no such model, or requests may not read it
  ModelTensors read(String name, String source, Optional<ModelTensors> base) throws IOException {
    return switch (reference(source)) {
      case ModelReference.Local _ -> local.read(name, source, base);
      case ModelReference.Hub onHub -> hub.read(name, onHub, base);
      case ModelReference.Store store ->
          throw new BadInputException(
              "model %s: a model is read from a folder or, as org/name, from the Hub"
                  .formatted(store));
    };
  }

  private static ModelReference reference(String source) {
    try {
      return ModelReference.parse(source, Files::exists);
    } catch (IllegalArgumentException e) {
      throw new BadInputException(e.getMessage(), e);
    }
  }
}
