package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.job.FetchTask;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.job.ModelArrival;
import dev.halcyon.contracts.job.Plan;
import dev.halcyon.contracts.job.Plan.PlannedTensor;
import dev.halcyon.contracts.job.TensorReady;
import dev.halcyon.contracts.store.PlacedModel;
import dev.halcyon.contracts.store.StoredObject;
import dev.halcyon.contracts.store.StoredTensor;
import dev.halcyon.contracts.store.TensorCopy;
import dev.halcyon.contracts.store.TensorCopy.InStore;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.ReferencedObjects;
import dev.halcyon.services.common.models.ModelUse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// Announces what of a plan is where workers can read it (tensors to compare, models that a Fisher
/// worker computes), and requests the download of all else into the store.
final class Dispatch {
  private final ObjectStore store;
  private final ModelUse use;
  private final Announcements announcements;
  private final int window;

  /// @param window tensors of a job that are dispatched at a time
  Dispatch(ObjectStore store, ModelUse use, Announcements announcements, int window) {
    this.store = store;
    this.use = use;
    this.announcements = announcements;
    this.window = window;
  }

  /// How many tensors of a plan are dispatched with it. The results of an attempt that failed say
  /// nothing about which tensors of the next one are at work, so that one has no window.
  int window(Plan plan, int attempt) {
    return attempt > 1 ? plan.tensors().size() : Math.min(window, plan.tensors().size());
  }

  /// Dispatches the first tensors and the models of a plan; returns when the broker has all
  /// records.
  void dispatch(Plan plan, int attempt) throws IOException {
    tensors(plan, attempt, 0, window(plan, attempt));
    models(plan, attempt);
  }

  /// Dispatches tensors of a plan, by their places in it; returns when the broker has all records.
  void tensors(Plan plan, int attempt, int from, int to) throws IOException {
    Inventory inventory = new Inventory(store, use);
    List<CompletableFuture<Void>> sent = new ArrayList<>();
    for (PlannedTensor tensor : plan.tensors().subList(from, to)) {
      tensor(plan.jobId(), attempt, tensor, inventory, sent);
    }
    await(sent);
  }

  private void models(Plan plan, int attempt) throws IOException {
    Inventory inventory = new Inventory(store, use);
    List<CompletableFuture<Void>> sent = new ArrayList<>();
    for (Map.Entry<String, StoredObject> model : plan.placedModels().entrySet()) {
      model(plan.jobId(), attempt, model.getKey(), model.getValue(), inventory, sent);
    }
    await(sent);
  }

  private static void await(List<CompletableFuture<Void>> sent) {
    CompletableFuture.allOf(sent.toArray(CompletableFuture<?>[]::new)).join();
  }

  private void tensor(
      String jobId,
      int attempt,
      PlannedTensor tensor,
      Inventory inventory,
      List<CompletableFuture<Void>> sent)
      throws IOException {
    Map<InStore, String> missing = new LinkedHashMap<>();
    for (TensorCopy copy : tensor.copies()) {
      for (StoredTensor stored : copy.stored()) {
        if (stored.location() instanceof InStore object && !inventory.has(object)) {
          missing.putIfAbsent(object, copy.model());
        }
      }
    }
    missing.forEach((object, model) ->
        sent.add(announcements.fetch(new FetchTask.Copy(jobId, attempt, model, object, tensor))));
    if (missing.isEmpty()) {
      sent.add(announcements.tensor(new TensorReady(jobId, attempt, tensor)));
    }
  }

  private void model(
      String jobId,
      int attempt,
      String model,
      StoredObject whole,
      Inventory inventory,
      List<CompletableFuture<Void>> sent)
      throws IOException {
    List<PlacedModel.Part> parts =
        new ReferencedObjects(store).read(whole, PlacedModel.class).stored();
    List<PlacedModel.Part> missing = new ArrayList<>();
    for (PlacedModel.Part part : parts) {
      if (!inventory.has(part.place())) {
        missing.add(part);
      }
    }
    for (PlacedModel.Part part : missing) {
      sent.add(
          announcements.fetch(
              new FetchTask.Part(jobId, attempt, model, part.name(), part.place(), whole)));
    }
    long bytes = bytes(parts);
    ModelArrival arrival =
        new ModelArrival(
            model, parts.size() - missing.size(), parts.size(), bytes - bytes(missing), bytes);
    sent.add(
        announcements.event(JobEvent.arrived(jobId, attempt, arrival, RequestHandler.SERVICE)));
  }

  private static long bytes(List<PlacedModel.Part> parts) {
    return parts.stream().mapToLong(PlacedModel.Part::bytes).sum();
  }
}
