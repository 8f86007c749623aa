package dev.halcyon.analysis.similarity.tiles;

import dev.halcyon.tensors.kernels.SumsLayout;
import dev.halcyon.tensors.kernels.TileSums;
import dev.halcyon.tensors.kernels.TileTotals;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Sums and totals, reused by many tensors, because newly allocated memory is slow. A model has few
/// shapes, and each shape needs few sums: slightly more than one for each thread.
public final class SumsPool {
  /// Layouts after which the pool starts anew, so that models of ever other shapes do not fill it.
  private static final int MOST_LAYOUTS = 32;

  private final Map<SumsLayout, Queue<TileSums>> sums = new ConcurrentHashMap<>();
  private final Map<SumsLayout, Queue<TileTotals>> totals = new ConcurrentHashMap<>();

  /// Sums with undefined content; the caller clears them for each block.
  public TileSums takeSums(SumsLayout layout) {
    TileSums idle = queue(sums, layout).poll();
    return idle == null ? new TileSums(layout) : idle;
  }

  /// Totals with nothing added.
  public TileTotals takeTotals(SumsLayout layout) {
    TileTotals idle = queue(totals, layout).poll();
    if (idle == null) {
      return new TileTotals(layout);
    }
    idle.clear();
    return idle;
  }

  public void giveBack(TileSums idle) {
    queue(sums, idle.layout()).add(idle);
  }

  public void giveBack(TileTotals idle) {
    queue(totals, idle.layout()).add(idle);
  }

  private static <T> Queue<T> queue(Map<SumsLayout, Queue<T>> queues, SumsLayout layout) {
    if (queues.size() > MOST_LAYOUTS) {
      queues.clear();
    }
    return queues.computeIfAbsent(layout, key -> new ConcurrentLinkedQueue<>());
  }
}
