package dev.halcyon.services.fisher;

import dev.halcyon.analysis.values.ValueBytes;
import dev.halcyon.contracts.store.PlacedModel;
import dev.halcyon.contracts.store.StoredTensor;
import dev.halcyon.contracts.store.TensorCopy;
import dev.halcyon.contracts.store.TensorCopy.InFile;
import dev.halcyon.contracts.store.TensorCopy.InStore;
import dev.halcyon.contracts.store.TensorCopy.Location;
import dev.halcyon.services.common.BadInputException;
import dev.halcyon.services.common.LocalRoots;
import dev.halcyon.tensors.TensorBytes;
import dev.halcyon.tensors.TensorSpec;
import dev.halcyon.transformer.WeightSource;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// A model's tensors where its plan says that they are.
final class PlacedWeights implements WeightSource, AutoCloseable {
  private final PlacedModel model;
  private final PlannedFiles files;
  private final ModelObjects objects;

  /// Each tensor is opened once, so that its scales are read once.
  private final Map<String, TensorBytes> opened = new ConcurrentHashMap<>();

  private PlacedWeights(PlacedModel model, PlannedFiles files, ModelObjects objects) {
    this.model = model;
    this.files = files;
    this.objects = objects;
  }

  /// Opens the files that tensors are in.
  ///
  /// @throws BadInputException where one is no longer the one that was planned
  static PlacedWeights open(PlacedModel model, ModelObjects objects, LocalRoots roots)
      throws IOException {
    PlannedFiles files = new PlannedFiles(roots);
    try {
      for (TensorCopy tensor : model.tensors().values()) {
        for (StoredTensor stored : tensor.stored()) {
          if (stored.location() instanceof InFile file) {
            files.open(file);
          }
        }
      }
    } catch (IOException | RuntimeException e) {
      files.close();
      throw e;
    }
    return new PlacedWeights(model, files, objects);
  }

  @Override
  public String name() {
    return model.source();
  }

  @Override
  public List<TensorSpec> tensors() {
    return model.tensors().entrySet().stream()
        .map(tensor ->
            new TensorSpec(tensor.getKey(), tensor.getValue().dtype(), tensor.getValue().shape()))
        .toList();
  }

  @Override
  public TensorBytes bytes(String tensor) {
    return opened.computeIfAbsent(tensor, this::open);
  }

  private TensorBytes open(String tensor) {
    TensorCopy copy = model.tensors().get(tensor);
    if (copy == null) {
      throw new IllegalArgumentException("[" + name() + "] has no tensor " + tensor);
    }
    return ValueBytes.of(copy.value(), this::stored);
  }

  private TensorBytes stored(StoredTensor stored) {
    return switch (stored.location()) {
      case InFile file -> files.bytes(file, stored);
      case InStore object -> objects.bytes(object, stored);
    };
  }

  /// The content of a file beside the tensors.
  ///
  /// @param most bytes that it may have
  byte[] file(String name, long most) throws IOException {
    Location place = model.files().get(name);
    if (place == null) {
      throw new BadInputException("[%s] %s".formatted(name(), PlacedModel.missing(name)));
    }
    String whole = "[" + name() + "] " + name;
    return switch (place) {
      case InFile file -> files.content(file, whole, most);
      case InStore object -> objects.content(object, whole, most);
    };
  }

  @Override
  public void close() throws IOException {
    files.close();
  }
}
