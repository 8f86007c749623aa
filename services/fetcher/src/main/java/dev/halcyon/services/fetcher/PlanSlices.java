package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.job.FetchTask;
import dev.halcyon.contracts.job.Plan;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.ReferencedObjects;
import java.io.IOException;

/// Dispatches slices of plans. The plans that were used last are kept, since a large one has many
/// slices.
final class PlanSlices {
  private static final int PLANS_KEPT = 4;

  private final RecentValues<Plan> plans;
  private final Dispatch dispatch;

  PlanSlices(ObjectStore store, Dispatch dispatch) {
    ReferencedObjects objects = new ReferencedObjects(store);
    this.plans = new RecentValues<>(PLANS_KEPT, object -> objects.read(object, Plan.class));
    this.dispatch = dispatch;
  }

  void dispatch(FetchTask.Slice slice) throws IOException {
    dispatch.tensors(plans.get(slice.plan()), slice.attempt(), slice.from(), slice.to());
  }
}
