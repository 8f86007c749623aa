package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.DivergenceListener;
import dev.halcyon.transformer.DivergenceProgress;
import dev.halcyon.transformer.internal.blueprint.Blueprint;
import dev.halcyon.transformer.internal.blueprint.Parameter;
import dev.halcyon.transformer.internal.decoder.Pack;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/// Counts the arithmetic done, notifies the listener, and ends a cancelled run.
///
/// A row costs an element of a matrix one unit each time it goes through it; float64 costs two.
final class DivergenceMeter {
  private final DivergenceListener listener;
  private final BooleanSupplier cancelled;
  private final double layer;
  private final double head;
  private final int layers;
  private final long rows;
  private final int fineTunes;
  private double cost = 2;
  private double done;
  private double total;
  private long passedRows;
  private long layerPasses;

  DivergenceMeter(
      Blueprint blueprint,
      long rows,
      int fineTunes,
      DivergenceListener listener,
      BooleanSupplier cancelled) {
    this.listener = listener;
    this.cancelled = cancelled;
    this.rows = rows;
    this.fineTunes = fineTunes;
    this.layers = blueprint.layers().size();
    this.head = blueprint.headParameter().elements();
    this.layer =
        blueprint.layers().getFirst().parameters().stream().mapToLong(Parameter::elements).sum();
    this.total = rows * 2.0 * layers * layer;
    this.layerPasses = layers;
  }

  /// @throws CancellationException where the caller has given up
  void check() {
    if (cancelled.getAsBoolean()) {
      throw new CancellationException("the run was cancelled");
    }
  }

  /// Expects measurements of all fine-tunes, and so many nodes of each.
  void plan(int expectedNodes) {
    total += fineTunes * rows * (2.0 * layers * layer + 4 * head);
    total += fineTunes * expectedNodes * node(1);
    layerPasses += (long) fineTunes * layers * (1 + 2L * expectedNodes);
  }

  void measure() {
    cost = 2;
  }

  /// @param count nodes
  /// @param more nodes than were expected
  void attribute(int count, int more, boolean wide) {
    cost = wide ? 2 : 1;
    layerPasses += 2L * layers * more;
    total += more * node(1) + (wide ? count * node(1) : 0);
  }

  void forward(List<Pack> packs) {
    passedRows += count(packs);
    report(cost * count(packs) * layer);
  }

  void measured(Pack pack) {
    report(4.0 * pack.rows() * head);
  }

  void head(Pack pack) {
    report(cost * 4 * pack.rows() * head);
  }

  void backward(List<Pack> packs) {
    passedRows += count(packs);
    report(cost * 3 * count(packs) * layer);
  }

  private double node(double units) {
    return units * rows * (4 * layers * layer + 4 * head);
  }

  private static long count(List<Pack> packs) {
    return packs.stream().mapToLong(Pack::rows).sum();
  }

  private void report(double work) {
    done += work;
    double fraction = total > 0 ? Math.min(1, done / total) : 0;
    listener.progressed(new DivergenceProgress(passedRows / rows, layerPasses, fraction));
  }
}
