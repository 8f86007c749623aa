package dev.halcyon.contracts.store;

import static java.util.Objects.requireNonNull;

import dev.halcyon.contracts.store.TensorCopy.InStore;
import dev.halcyon.contracts.store.TensorCopy.Location;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;

/// A whole model, with the place of each of its parts: what Fisher information is computed from. An
/// object of the store, which Fisher tasks and fetch tasks refer to.
///
/// @param source of the model, as the plan names it
/// @param files beside the tensors that are read: `config.json`, `tokenizer.json`
/// @param tensors of the model, by name
public record PlacedModel(
    String source, Map<String, Location> files, Map<String, TensorCopy> tensors) {
  public static final String CONFIG = "config.json";
  public static final String TOKENIZER = "tokenizer.json";

  /// The files that are read.
  public static final List<String> FILES = List.of(CONFIG, TOKENIZER);

  public PlacedModel {
    requireNonNull(source, "source is null");
    files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
  }

  /// What is wrong with a model that lacks one of the files, and what to do.
  public static String missing(String file) {
    String advice =
        file.equals(TOKENIZER)
            ? "; transformers writes one:"
                + " AutoTokenizer.from_pretrained(model).save_pretrained(folder)"
            : ", which is required";
    return "has no " + file + advice;
  }

  /// A part that has an object of its own in the store.
  ///
  /// @param name of the tensor or file
  /// @param place where it is
  public record Part(String name, InStore place) {
    /// Bytes to download; 0 if it is not downloaded.
    public long bytes() {
      return place.origin().map(TensorCopy.HubRange::bytes).orElse(0L);
    }
  }

  /// The parts that are to be in the store, in order, each once.
  public List<Part> stored() {
    SequencedSet<Part> parts = new LinkedHashSet<>();
    files.forEach((name, place) -> part(name, place).ifPresent(parts::add));
    for (TensorCopy tensor : tensors.values()) {
      for (StoredTensor stored : tensor.stored()) {
        part(stored.name(), stored.location()).ifPresent(parts::add);
      }
    }
    return List.copyOf(parts);
  }

  private static Optional<Part> part(String name, Location place) {
    return switch (place) {
      case InStore object -> Optional.of(new Part(name, object));
      case TensorCopy.InFile _ -> Optional.empty();
    };
  }
}
