package dev.halcyon.analysis.fisher;

import dev.halcyon.analysis.threads.Workers;
import dev.halcyon.contracts.results.FisherStatistics;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// Computes the statistics of tensors' diagonal Fisher information, one tensor after another.
///
/// A tensor is read once, or twice if the threshold of its largest 0.1 % is inside a bin of the
/// histogram. Memory is 2.3 MB per thread for a tensor of any size. The result is the same, bit for
/// bit, for any number of threads. Not safe for concurrent use.
public final class FisherScanner implements AutoCloseable {
  private final Workers workers;
  private final List<MagnitudeScan> scans = new ArrayList<>();

  /// @param threads that walk a tensor together, at least 1
  public FisherScanner(int threads) {
    workers = new Workers(threads, "fisher");
    for (int i = 0; i < threads; i++) {
      scans.add(new MagnitudeScan());
    }
  }

  /// What a scan found.
  ///
  /// @param statistics of the tensor
  /// @param chunkSums sums of the tensor's runs, in order
  public record Scanned(FisherStatistics statistics, List<Double> chunkSums) {
    public Scanned {
      chunkSums = List.copyOf(chunkSums);
    }
  }

  /// Walks a tensor.
  ///
  /// @param parameter what is planned for it
  /// @param entries its mean squared gradient, `[elements]` float32 little-endian, row-major
  /// @throws IllegalArgumentException where the segment has another size than the planned shape
  /// @throws InvalidFisherException where an entry is negative, infinite or not a number
  public Scanned scan(PlannedParameter parameter, MemorySegment entries) {
    parameter.requireSize(entries);
    List<Block> blocks = Block.of(parameter);
    try {
      double[] sums = walk(entries, blocks);
      FisherStatistics statistics = statistics(parameter, entries, blocks);
      return new Scanned(statistics, Block.chunkSums(parameter, blocks, sums));
    } catch (InvalidFisherException e) {
      throw e.of(parameter.name());
    }
  }

  @Override
  public void close() {
    workers.close();
  }

  private double[] walk(MemorySegment entries, List<Block> blocks) {
    double[] sums = new double[blocks.size()];
    scans.forEach(MagnitudeScan::clear);
    workers.forEach(
        blocks.size(),
        (thread, i) -> {
          Block block = blocks.get(i);
          sums[i] = scans.get(thread).take(entries, block.from(), block.to());
        });
    scans.subList(1, scans.size()).forEach(scans.getFirst()::addAll);
    return sums;
  }

  private FisherStatistics statistics(
      PlannedParameter parameter, MemorySegment entries, List<Block> blocks) {
    MagnitudeScan all = scans.getFirst();
    long elements = parameter.elements();
    if (elements == 0) {
      return new FisherStatistics(
          0,
          0,
          Double.NaN,
          Double.NaN,
          Double.NaN,
          Double.NaN,
          Double.NaN,
          -1,
          List.of(),
          List.of());
    }
    MagnitudeHistogram histogram = all.histogram();
    double sum = histogram.sum();
    double mean = sum / elements;
    List<FisherStatistics.Entry> largest = all.largest().list();
    return new FisherStatistics(
        elements,
        sum,
        mean,
        Math.sqrt(histogram.squaredDeviations(mean) / elements),
        largest.isEmpty() ? 0 : largest.getFirst().value(),
        Float.intBitsToFloat(all.min()),
        sum > 0 ? Math.min(1, topSum(elements, entries, blocks) / sum) : Double.NaN,
        largest.isEmpty() ? 0 : largest.getFirst().index(),
        largest,
        Tail.of(histogram, parameter.tailEntries()));
  }

  private double topSum(long elements, MemorySegment entries, List<Block> blocks) {
    MagnitudeHistogram histogram = scans.getFirst().histogram();
    TopShare.Cut cut = TopShare.cut(histogram, TopShare.entries(elements));
    if (cut.taken() == histogram.count(cut.bin())) {
      return cut.above() + histogram.sum(cut.bin());
    }
    return cut.above() + TopShare.sumTaken(cut, lowCounts(entries, blocks, cut.bin()));
  }

  private long[] lowCounts(MemorySegment entries, List<Block> blocks, int bin) {
    scans.forEach(MagnitudeScan::clearLowCounts);
    workers.forEach(
        blocks.size(),
        (thread, i) -> {
          Block block = blocks.get(i);
          scans.get(thread).countLow(entries, block.from(), block.to(), bin);
        });
    scans.subList(1, scans.size()).forEach(scans.getFirst()::addLowCounts);
    return scans.getFirst().lowCounts();
  }
}
