package dev.halcyon.analysis.similarity.tiles;

import dev.halcyon.analysis.threads.Workers;
import java.io.IOException;
import java.util.function.LongUnaryOperator;

/// Runs passes; on all threads if the tensor is large enough.
public final class PassRunner {
  /// Elements of all models together that are read sooner than threads are woken.
  private static final long SMALL = 1 << 19;

  private final Workers workers;
  private final Scratch.Pool scratches;
  private final SumsPool sums = new SumsPool();

  public PassRunner(Workers workers, Scratch.Pool scratches) {
    this.workers = workers;
    this.scratches = scratches;
  }

  /// Memory for sums, shared by all comparisons.
  public SumsPool sums() {
    return sums;
  }

  /// Reads all units of a tensor.
  public void runAll(Tiling tiling, int models, Pass<?> pass) throws IOException {
    run(tiling, tiling.units(), unit -> unit, models, pass);
  }

  /// Reads one unit of a tensor.
  public void runOne(Tiling tiling, long unit, int models, Pass<?> pass) throws IOException {
    run(tiling, 1, first -> unit, models, pass);
  }

  private <S> void run(Tiling tiling, long units, LongUnaryOperator unit, int models, Pass<S> pass)
      throws IOException {
    long perUnit = tiling.blocksPerUnit();
    long blocks = units * perUnit;
    int mostSums = workers.threads() + 2;
    PassWork<S> work =
        new PassWork<>(
            pass,
            blocks,
            index -> tiling.block(unit.applyAsLong(index / perUnit), index % perUnit),
            mostSums,
            scratches);
    if (blocks <= 1 || tiling.elements(units) * models < SMALL) {
      work.run();
    } else {
      workers.run((int) Math.min(workers.threads(), blocks), work);
    }
  }
}
