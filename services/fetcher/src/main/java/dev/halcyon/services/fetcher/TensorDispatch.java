package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.FetchTask;
import dev.halcyon.contracts.Plan;
import dev.halcyon.contracts.Plan.PlannedTensor;
import dev.halcyon.contracts.TensorCopy;
import dev.halcyon.contracts.TensorCopy.HubRange;
import dev.halcyon.contracts.TensorCopy.InStore;
import dev.halcyon.contracts.TensorReady;
import dev.halcyon.objectstore.ModelFolder;
import dev.halcyon.objectstore.ModelUse;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.objectstore.ObjectStore.ObjectInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/// Announces a plan's tensors that are where workers can read them, and asks for the copies of the
/// others that the store does not have.
final class TensorDispatch {
  private final ObjectStore store;
  private final ModelUse use;
  private final Announcements announcements;

  TensorDispatch(ObjectStore store, ModelUse use, Announcements announcements) {
    this.store = store;
    this.use = use;
    this.announcements = announcements;
  }

  /// Returns when the broker has all records.
  void dispatch(Plan plan, int attempt) throws IOException {
    Set<String> present = present(plan);
    List<CompletableFuture<Void>> sent = new ArrayList<>();
    for (PlannedTensor tensor : plan.tensors()) {
      List<FetchTask> tasks = missing(plan.jobId(), attempt, tensor, present);
      if (tasks.isEmpty()) {
        sent.add(announcements.tensor(new TensorReady(plan.jobId(), attempt, tensor)));
      }
      tasks.forEach(task -> sent.add(announcements.fetch(task)));
    }
    CompletableFuture.allOf(sent.toArray(CompletableFuture<?>[]::new)).join();
  }

  private static List<FetchTask> missing(
      String jobId, int attempt, PlannedTensor tensor, Set<String> present) {
    List<FetchTask> tasks = new ArrayList<>();
    for (TensorCopy copy : tensor.copies()) {
      if (copy.location() instanceof InStore(String key, _) && !present.contains(key)) {
        tasks.add(new FetchTask(jobId, attempt, copy.model(), tensor));
      }
    }
    return tasks;
  }

  /// The objects that the store has of the plan's models, each model marked as used before the
  /// look.
  private Set<String> present(Plan plan) throws IOException {
    Set<String> keys = new HashSet<>();
    for (ModelFolder folder : folders(plan)) {
      use.mark(folder);
      store.list(folder.prefix()).stream().map(ObjectInfo::key).forEach(keys::add);
    }
    return keys;
  }

  private static Set<ModelFolder> folders(Plan plan) {
    Set<ModelFolder> folders = new LinkedHashSet<>();
    for (PlannedTensor tensor : plan.tensors()) {
      for (TensorCopy copy : tensor.copies()) {
        if (copy.location() instanceof InStore object) {
          object.origin().map(TensorDispatch::folder).ifPresent(folders::add);
        }
      }
    }
    return folders;
  }

  private static ModelFolder folder(HubRange origin) {
    return ModelFolder.of(origin.repository(), origin.commit());
  }
}
