package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.job.Plan.PlannedTensor;
import dev.halcyon.contracts.request.ModelName;
import dev.halcyon.contracts.store.TensorCopy;
import dev.halcyon.contracts.store.TensorValue;
import java.util.List;
import java.util.Optional;

/// Tensors that adapters leave as they are in the base.
final class Untouched {
  private Untouched() {}

  /// The same tensor with a note that says which models do not change it. Where none does, the base
  /// is not read either.
  static PlannedTensor settle(PlannedTensor tensor) {
    List<String> models =
        tensor.copies().stream()
            .filter(Untouched::isUnchanged)
            .map(TensorCopy::model)
            .filter(model -> !model.equals(ModelName.BASE))
            .toList();
    if (models.isEmpty()) {
      return tensor;
    }
    boolean all = models.size() == tensor.copies().size() - 1;
    return new PlannedTensor(
        tensor.tensor(),
        tensor.shape(),
        all ? tensor.copies().stream().map(Untouched::unread).toList() : tensor.copies(),
        Optional.of(note(tensor.note(), models)));
  }

  private static boolean isUnchanged(TensorCopy copy) {
    return copy.value() instanceof TensorValue.Unchanged;
  }

  private static TensorCopy unread(TensorCopy copy) {
    return isUnchanged(copy)
        ? copy
        : new TensorCopy(copy.model(), new TensorValue.Unchanged(copy.value()));
  }

  private static String note(Optional<String> before, List<String> models) {
    String note =
        "not touched by the adapters of %s: identical to base, not read"
            .formatted(String.join(", ", models));
    return before.map(first -> first + "; " + note).orElse(note);
  }
}
