package dev.halcyon.contracts;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.halcyon.contracts.TensorCopy.InStore;

/// Asks on `fetch-tasks` for bytes of a model to be brought into the store. Keyed by the object's
/// key, so that tasks for the same bytes come one after the other.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "task")
@JsonSubTypes({
  @JsonSubTypes.Type(value = FetchTask.Copy.class, name = "copy"),
  @JsonSubTypes.Type(value = FetchTask.Part.class, name = "part")
})
public sealed interface FetchTask permits FetchTask.Copy, FetchTask.Part {
  /// The job that needs it.
  String jobId();

  int attempt();

  /// Whose it is: `base`, `ft1`, ….
  String model();

  /// The tensor or file.
  String subject();

  /// Where it goes.
  InStore target();

  /// One model's copy of a tensor that is compared.
  ///
  /// @param tensor with all models' copies, announced on `tensors` when all of them are there
  record Copy(String jobId, int attempt, String model, Plan.PlannedTensor tensor)
      implements FetchTask {
    @Override
    public String subject() {
      return tensor.tensor();
    }

    /// Where the copy goes.
    ///
    /// @throws InvalidMessageException where the model has no copy that goes to the store
    @Override
    public InStore target() {
      return tensor.copies().stream()
          .filter(copy -> copy.model().equals(model))
          .map(TensorCopy::location)
          .filter(InStore.class::isInstance)
          .map(InStore.class::cast)
          .findFirst()
          .orElseThrow(() ->
              new InvalidMessageException(
                  "fetch task of job %s: tensor %s has no copy of %s that goes to the store"
                      .formatted(jobId, tensor.tensor(), model)));
    }
  }

  /// A tensor or file of a model that Fisher information is computed of.
  ///
  /// @param subject its name
  /// @param target where it goes
  /// @param whole object that holds the [PlacedModel], whose tasks start when all of it is there
  record Part(
      String jobId, int attempt, String model, String subject, InStore target, StoredObject whole)
      implements FetchTask {
    public Part {
      requireNonNull(subject, "subject is null");
      requireNonNull(target, "target is null");
      requireNonNull(whole, "whole is null");
    }
  }
}
