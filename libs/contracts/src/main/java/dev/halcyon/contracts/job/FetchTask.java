package dev.halcyon.contracts.job;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.halcyon.contracts.store.StoredObject;
import dev.halcyon.contracts.store.TensorCopy.InStore;

/// Work of fetchers, on `fetch-tasks`.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "task")
@JsonSubTypes({
  @JsonSubTypes.Type(value = FetchTask.Copy.class, name = "copy"),
  @JsonSubTypes.Type(value = FetchTask.Part.class, name = "part"),
  @JsonSubTypes.Type(value = FetchTask.Slice.class, name = "slice")
})
public sealed interface FetchTask
    permits FetchTask.Download, FetchTask.Copy, FetchTask.Part, FetchTask.Slice {
  /// The job that needs it.
  String jobId();

  int attempt();

  /// What it is about.
  String subject();

  /// Asks for bytes of a model to be brought into the store. Keyed by the object's key, so that
  /// tasks for the same bytes come one after the other.
  sealed interface Download extends FetchTask permits Copy, Part {
    /// Whose it is: `base`, `ft1`, ….
    String model();

    /// The tensor or file.
    @Override
    String subject();

    /// Where it goes.
    InStore target();
  }

  /// Something that one model's copy of a tensor is read from.
  ///
  /// @param target where it goes
  /// @param tensor with all models' copies, announced on `tensors` when all that they are read from
  ///   is there
  record Copy(String jobId, int attempt, String model, InStore target, Plan.PlannedTensor tensor)
      implements FetchTask, Download {
    public Copy {
      requireNonNull(target, "target is null");
      requireNonNull(tensor, "tensor is null");
    }

    @Override
    public String subject() {
      return tensor.tensor();
    }
  }

  /// A tensor or file of a model that Fisher information is computed of.
  ///
  /// @param subject its name
  /// @param target where it goes
  /// @param whole object that holds the `PlacedModel`, whose tasks start when all of it is there
  record Part(
      String jobId, int attempt, String model, String subject, InStore target, StoredObject whole)
      implements FetchTask, Download {
    public Part {
      requireNonNull(subject, "subject is null");
      requireNonNull(target, "target is null");
      requireNonNull(whole, "whole is null");
    }
  }

  /// Asks for the next tensors of a plan to be announced on `tensors`, or to be brought into the
  /// store first. Keyed by the job.
  ///
  /// @param plan object that holds the [Plan]
  /// @param from the first tensor, by its place in the plan
  /// @param to the one after the last
  record Slice(String jobId, int attempt, StoredObject plan, int from, int to)
      implements FetchTask {
    public Slice {
      requireNonNull(plan, "plan is null");
    }

    @Override
    public String subject() {
      return "tensors %d to %d".formatted(from, to);
    }
  }
}
