package dev.halcyon.standalone;

import dev.halcyon.contracts.request.ModelSpec;
import dev.halcyon.hub.repository.ModelReference;
import dev.halcyon.objectstore.DirectoryObjectStore;
import dev.halcyon.objectstore.DividedObjectStore;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.BadInputException;
import dev.halcyon.services.common.models.ModelFolder;
import java.io.File;
import java.nio.file.Files;
import java.util.List;

/// Models as a command names them: folders of this machine, or models of the Hub.
final class LocalModels {
  private LocalModels() {}

  /// Where the text says that the model is.
  static ModelReference reference(String model) {
    try {
      return ModelReference.parse(model, Files::exists);
    } catch (IllegalArgumentException e) {
      throw new BadInputException(e.getMessage(), e);
    }
  }

  /// Says at once what needs no services to be said.
  ///
  /// @throws BadInputException where a name means no model
  static void requireNamed(List<ModelSpec> models) {
    for (ModelSpec model : models) {
      var _ = reference(model.model());
    }
  }

  static boolean isLocal(String model) {
    return reference(model) instanceof ModelReference.Local;
  }

  /// The model with a folder that means the same wherever it is read.
  static ModelSpec absolute(ModelSpec model) {
    return isLocal(model.model())
        ? new ModelSpec(new File(model.model()).getAbsolutePath(), model.label())
        : model;
  }

  /// A job's own store; models of the Hub are kept from one command to the next.
  static ObjectStore store(WorkFolder work, List<ModelSpec> models) {
    ObjectStore own = new DirectoryObjectStore(work.store());
    return models.stream().allMatch(model -> isLocal(model.model()))
        ? own
        : new DividedObjectStore(ModelFolder.MODELS, ModelCache.open(System.getenv()), own);
  }
}
