package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.FisherListener;
import dev.halcyon.transformer.FisherProgress;
import dev.halcyon.transformer.FisherProgress.Stage;
import dev.halcyon.transformer.internal.blueprint.Blueprint;
import dev.halcyon.transformer.internal.blueprint.Parameter;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/// Counts the arithmetic done, notifies the listener, and ends a cancelled run.
///
/// A row costs an element of a matrix one unit forward, two backward, and one more where
/// activations are computed again.
final class Meter {
  private final FisherListener listener;
  private final BooleanSupplier cancelled;
  private final int layers;
  private final int samples;
  private final long rows;
  private final long layer;
  private final long head;
  private final double total;
  private final int keptLayers;
  private final int groups;
  private int group;
  private double done;

  Meter(
      Blueprint blueprint,
      RunPlan plan,
      int samples,
      FisherListener listener,
      BooleanSupplier cancelled) {
    this.listener = listener;
    this.cancelled = cancelled;
    this.layers = blueprint.layers().size();
    this.samples = samples;
    this.rows = plan.estimate().tokens();
    this.groups = plan.estimate().groups();
    this.keptLayers = plan.keptLayers();
    this.head = blueprint.headParameter().elements();
    this.layer =
        blueprint.layers().getFirst().parameters().stream().mapToLong(Parameter::elements).sum();
    double again = layers - keptLayers;
    this.total = (double) rows * ((3.0 * layers + again) * layer + 3.0 * head);
  }

  /// @throws CancellationException where the caller has given up
  void check() {
    if (cancelled.getAsBoolean()) {
      throw new CancellationException("the run was cancelled");
    }
  }

  void forward(int layersDone, long groupRows) {
    report(Stage.FORWARD, layersDone, (double) groupRows * layer);
  }

  void head(long groupRows) {
    report(Stage.HEAD, layers, 3.0 * groupRows * head);
  }

  /// @param index of the layer whose backward pass has ended
  void backward(int index, long groupRows) {
    double units = index >= layers - keptLayers ? 2 : 3;
    report(Stage.BACKWARD, layers - index, units * groupRows * layer);
  }

  void embedding() {
    report(Stage.EMBEDDING, layers, 0);
    group++;
  }

  private void report(Stage stage, int layersDone, double work) {
    done += work;
    double fraction = Math.min(1, done / total);
    listener.progressed(
        new FisherProgress(stage, group, groups, layersDone, layers, samples, rows, fraction));
  }
}
