package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.job.FetchTask;
import dev.halcyon.contracts.job.Plan;
import dev.halcyon.contracts.store.StoredObject;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.ReferencedObjects;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/// Dispatches slices of plans. The plans that were used last are kept, since a large one has many
/// slices.
final class PlanSlices {
  private static final int PLANS_KEPT = 4;

  private final ReferencedObjects objects;
  private final Dispatch dispatch;
  private final Map<StoredObject, Plan> plans =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<StoredObject, Plan> eldest) {
          return size() > PLANS_KEPT;
        }
      };

  PlanSlices(ObjectStore store, Dispatch dispatch) {
    this.objects = new ReferencedObjects(store);
    this.dispatch = dispatch;
  }

  void dispatch(FetchTask.Slice slice) throws IOException {
    dispatch.tensors(plan(slice.plan()), slice.attempt(), slice.from(), slice.to());
  }

  private synchronized Plan plan(StoredObject object) throws IOException {
    Plan plan = plans.get(object);
    if (plan == null) {
      plan = objects.read(object, Plan.class);
      plans.put(object, plan);
    }
    return plan;
  }
}
