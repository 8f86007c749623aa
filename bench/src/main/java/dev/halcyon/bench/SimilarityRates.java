package dev.halcyon.bench;

import dev.halcyon.analysis.similarity.ModelTensor;
import dev.halcyon.analysis.similarity.SimilarityAnalysis;
import dev.halcyon.tensors.Checkpoint;
import dev.halcyon.tensors.TensorInfo;
import dev.halcyon.tensors.kernels.SimilarityKernels;
import dev.halcyon.tensors.kernels.SumsLayout;
import dev.halcyon.tensors.kernels.Tile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// The analysis of one tensor of three models beside the limit of the machine, round by round, so
/// that what disturbs one disturbs the other.
///
/// `SimilarityRates FILE FILE FILE [ROUNDS]`: three safetensors files that hold one tensor each.
public final class SimilarityRates {
  private static final int THREADS = Runtime.getRuntime().availableProcessors();
  private static final int WARM_ROUNDS = 5;

  private final List<Path> files;
  private final long bytes;
  private final ExecutorService executor = Executors.newFixedThreadPool(THREADS);

  private SimilarityRates(List<Path> files, long bytes) {
    this.files = files;
    this.bytes = bytes;
  }

  private interface Work {
    void run() throws Exception;
  }

  private interface Part {
    long run(int part) throws IOException;
  }

  /// Prints medians of rates and of ratios, with their spread.
  public static void main(String[] arguments) throws Exception {
    List<Path> files = Arrays.stream(arguments).limit(3).map(Path::of).toList();
    int rounds = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 31;
    try (Checkpoint base = Checkpoint.open(files.get(0));
        Checkpoint first = Checkpoint.open(files.get(1));
        Checkpoint second = Checkpoint.open(files.get(2));
        SimilarityAnalysis analysis = new SimilarityAnalysis(THREADS)) {
      SimilarityKernels.warmUp(new SumsLayout(Tile.Format.BFLOAT16, 3, false, 1));
      SimilarityKernels.warmUp(new SumsLayout(Tile.Format.BFLOAT16, 3, true, 1));
      List<Checkpoint> models = List.of(base, first, second);
      long bytes = 3 * tensor(base).bytes();
      SimilarityRates rates = new SimilarityRates(files, bytes);
      try {
        rates.run(
            rounds,
            () -> analysis.compare(tensors(models, "first", "second", "third"), rows(base)),
            () -> analysis.compare(tensors(models, ModelTensor.BASE, "ft1", "ft2"), rows(base)));
      } finally {
        rates.executor.shutdown();
      }
    }
  }

  private static TensorInfo tensor(Checkpoint model) {
    return model.tensors().getFirst();
  }

  private static long rows(Checkpoint model) {
    return tensor(model).shape().rows();
  }

  private static List<ModelTensor> tensors(List<Checkpoint> models, String... names) {
    List<ModelTensor> tensors = new ArrayList<>();
    for (Checkpoint model : models) {
      TensorInfo tensor = tensor(model);
      tensors.add(
          new ModelTensor(
              names[tensors.size()], tensor.dtype(), tensor.shape(), model.bytes(tensor)));
    }
    return tensors;
  }

  private void run(int rounds, Work cosines, Work all) throws Exception {
    double[][] seconds = new double[4][rounds];
    for (int round = -WARM_ROUNDS; round < rounds; round++) {
      double[] times = {
        time(() -> inParts(part -> ReadAndSum.read(files, part, THREADS))),
        time(() -> inParts(part -> ReadAndSum.map(files, part, THREADS))),
        time(cosines),
        time(all)
      };
      for (int kind = 0; round >= 0 && kind < times.length; kind++) {
        seconds[kind][round] = times[kind];
      }
    }
    print(seconds, rounds);
  }

  private void print(double[][] seconds, int rounds) {
    String[] names = {"pread + sum", "mmap + sum", "cosines", "cosines and task vectors"};
    System.out.printf(
        "%d threads, %.2f GB, %d rounds; medians (least to most)%n", THREADS, bytes / 1e9, rounds);
    for (int kind = 0; kind < names.length; kind++) {
      double[] rates = Arrays.stream(seconds[kind]).map(time -> bytes / time / 1e9).toArray();
      double[] ratios = new double[rounds];
      for (int round = 0; round < rounds; round++) {
        ratios[round] = Math.min(seconds[0][round], seconds[1][round]) / seconds[kind][round];
      }
      System.out.printf(
          "%-26s %s GB/s   of the better read %s%n", names[kind], spread(rates), spread(ratios));
    }
  }

  private static String spread(double[] values) {
    Arrays.sort(values);
    return "%6.2f (%.2f to %.2f)"
        .formatted(values[values.length / 2], values[0], values[values.length - 1]);
  }

  private static double time(Work work) throws Exception {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  private void inParts(Part work) throws Exception {
    List<Future<Long>> parts = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      int part = i;
      parts.add(executor.submit(() -> work.run(part)));
    }
    for (Future<Long> part : parts) {
      part.get();
    }
  }
}
