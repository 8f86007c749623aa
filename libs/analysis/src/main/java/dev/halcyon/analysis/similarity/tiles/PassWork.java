package dev.halcyon.analysis.similarity.tiles;

import dev.halcyon.analysis.similarity.tiles.Tiling.Block;
import dev.halcyon.analysis.threads.Workers;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongFunction;

/// A running pass: assigns blocks to threads and merges their sums in order.
///
/// A thread takes its sums before it takes a block. The block that must be merged next is therefore
/// always in the hands of a thread that waits for nothing, and so the number of sums can be bounded
/// without a deadlock. Whoever finishes a block while nobody merges, merges all that are ready.
final class PassWork<S> implements Workers.Work {
  private final Pass<S> pass;
  private final long blocks;
  private final LongFunction<Block> order;
  private final Scratch.Pool scratches;
  private final Deque<S> free = new ArrayDeque<>();
  private final Map<Long, S> finished = new HashMap<>();
  private int mayGrow;
  private long nextTaken;
  private long nextMerged;
  private boolean merging;
  private boolean stopped;

  /// @param order the block of each number from 0
  /// @param mostSums that may be held at once, more than there are threads
  PassWork(
      Pass<S> pass, long blocks, LongFunction<Block> order, int mostSums, Scratch.Pool scratches) {
    this.pass = pass;
    this.blocks = blocks;
    this.order = order;
    this.scratches = scratches;
    this.mayGrow = mostSums;
  }

  @Override
  public void run() throws IOException {
    Scratch scratch = scratches.take();
    boolean whole = false;
    try {
      Pass.Reader<S> reader = pass.reader(scratch);
      for (S sums = takeSums(); sums != null; sums = takeSums()) {
        long index = takeBlock();
        if (index < 0) {
          free(sums);
          break;
        }
        reader.sum(order.apply(index), sums);
        finish(index, sums);
      }
      whole = true;
    } finally {
      scratches.giveBack(scratch);
      if (!whole) {
        stop();
      }
    }
  }

  @Override
  public synchronized void stop() {
    stopped = true;
    notifyAll();
  }

  /// Sums, or null where the work was stopped.
  private synchronized S takeSums() throws InterruptedIOException {
    while (free.isEmpty() && mayGrow == 0 && !stopped) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while comparing tensors");
      }
    }
    if (stopped) {
      return null;
    }
    if (free.isEmpty()) {
      mayGrow--;
      return pass.newSums();
    }
    return free.pop();
  }

  private synchronized void free(S sums) {
    free.push(sums);
    notifyAll();
  }

  private synchronized long takeBlock() {
    return nextTaken < blocks && !stopped ? nextTaken++ : -1;
  }

  private void finish(long index, S sums) {
    if (!becomeMerger(index, sums)) {
      return;
    }
    long next = nextReady();
    while (next >= 0) {
      S ready = ready(next);
      pass.merge(order.apply(next), ready);
      free(ready);
      next = nextReady();
    }
  }

  private synchronized boolean becomeMerger(long index, S sums) {
    finished.put(index, sums);
    boolean alone = !merging;
    merging = true;
    return alone;
  }

  private synchronized long nextReady() {
    merging = finished.containsKey(nextMerged);
    return merging ? nextMerged++ : -1;
  }

  private synchronized S ready(long index) {
    return finished.remove(index);
  }
}
