package dev.halcyon.services.similarity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Seconds that each kind of work took, and how busy all cores were meanwhile, other processes
/// included.
final class RateTable {
  /// @param busy share of all cores' time, or NaN where it was not measured
  private record Run(double seconds, double busy) {}

  /// What is timed.
  interface Work {
    void run() throws Exception;
  }

  private final long bytes;
  private final Map<String, List<Run>> runs = new LinkedHashMap<>();

  /// @param bytes that each run moves
  RateTable(long bytes) {
    this.bytes = bytes;
  }

  /// @param counts whether it goes into the table: the first round, cold, does not
  void add(String kind, boolean counts, Work work) throws Exception {
    long[] ticks = ticks();
    long start = System.nanoTime();
    work.run();
    double seconds = (System.nanoTime() - start) / 1e9;
    long[] after = ticks();
    if (counts) {
      double all = after[0] - ticks[0];
      put(kind, new Run(seconds, 1 - (after[1] - ticks[1]) / all));
    }
  }

  void addSeconds(String kind, boolean counts, double seconds) {
    if (counts) {
      put(kind, new Run(seconds, Double.NaN));
    }
  }

  private void put(String kind, Run run) {
    runs.computeIfAbsent(kind, _ -> new ArrayList<>()).add(run);
  }

  /// Time of all cores since the machine started, and the idle part of it.
  private static long[] ticks() throws IOException {
    String[] fields = Files.readAllLines(Path.of("/proc/stat")).getFirst().split(" +", -1);
    long[] times = Arrays.stream(fields).skip(1).mapToLong(Long::parseLong).toArray();
    return new long[] {Arrays.stream(times).limit(8).sum(), times[3] + times[4]};
  }

  void print() {
    System.out.printf(Locale.ROOT, "%.2f GB; medians (least to most)%n", bytes / 1e9);
    runs.forEach((kind, measured) -> {
      double[] rates = measured.stream().mapToDouble(run -> bytes / run.seconds() / 1e6).toArray();
      double[] busy = measured.stream().mapToDouble(run -> 100 * run.busy()).toArray();
      String cores = Double.isNaN(busy[0]) ? "" : "   cores busy " + spread(busy) + " %";
      System.out.printf(Locale.ROOT, "%-30s %s MB/s%s%n", kind, spread(rates), cores);
    });
  }

  private static String spread(double[] values) {
    Arrays.sort(values);
    return String.format(
        Locale.ROOT,
        "%5.0f (%.0f to %.0f)",
        values[values.length / 2],
        values[0],
        values[values.length - 1]);
  }
}
