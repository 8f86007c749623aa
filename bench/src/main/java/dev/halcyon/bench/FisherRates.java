package dev.halcyon.bench;

import dev.halcyon.tensors.Checkpoint;
import dev.halcyon.transformer.ActivationMode;
import dev.halcyon.transformer.DecoderModel;
import dev.halcyon.transformer.FisherEngine;
import dev.halcyon.transformer.FisherOptions;
import dev.halcyon.transformer.FisherRequest;
import dev.halcyon.transformer.TokenSample;
import dev.halcyon.transformer.WeightSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/// The Fisher engine over samples of tokens, with activations kept or recomputed: seconds, tokens a
/// second, and the process's own memory at its peak.
///
/// `FisherRates MODEL TOKENS.txt KEEP|RECOMPUTE [rounds]`; a line of token ids a sample, as
/// `tools/bench/fisher_peers.py --write-tokens` makes them.
public final class FisherRates {
  private static final int THREADS = 2;
  private static final int POLL_MILLIS = 20;

  private FisherRates() {}

  /// Prints a line for each round, the first of which also compiles.
  public static void main(String[] arguments) throws Exception {
    List<TokenSample> samples = samples(Path.of(arguments[1]));
    FisherOptions options =
        FisherOptions.standard()
            .withThreads(THREADS)
            .withActivations(ActivationMode.valueOf(arguments[2]));
    int rounds = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 3;
    long tokens = samples.stream().mapToLong(TokenSample::length).sum();
    Path folder = Path.of(arguments[0]);
    byte[] config = Files.readAllBytes(folder.resolve("config.json"));
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      DecoderModel model = DecoderModel.of(WeightSource.of(checkpoint), config, Set.of());
      for (int round = 0; round < rounds; round++) {
        run(new FisherRequest(model, samples, options), tokens);
      }
    }
  }

  private static List<TokenSample> samples(Path file) throws IOException {
    List<TokenSample> samples = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      int[] tokens = Arrays.stream(line.split(" ")).mapToInt(Integer::parseInt).toArray();
      samples.add(new TokenSample(samples.size(), tokens));
    }
    return samples;
  }

  private static void run(FisherRequest request, long tokens) throws Exception {
    AtomicBoolean ended = new AtomicBoolean();
    long[] most = new long[1];
    Thread watch = Thread.ofPlatform().daemon().start(() -> watch(ended, most));
    double[] total = new double[1];
    long start = System.nanoTime();
    new FisherEngine()
        .run(request, parameter -> total[0] += Arrays.stream(parameter.sampleSums()).sum());
    double seconds = (System.nanoTime() - start) / 1e9;
    ended.set(true);
    watch.join();
    System.out.printf(
        Locale.ROOT,
        "%-9s %6.2f s %6.1f tokens/s  RssAnon %.2f GiB  Fisher sum %.6g%n",
        request.options().activations(),
        seconds,
        tokens / seconds,
        most[0] / (double) (1 << 20),
        total[0] / request.samples().size());
  }

  private static void watch(AtomicBoolean ended, long[] most) {
    try {
      while (!ended.get()) {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
          if (line.startsWith("RssAnon:")) {
            most[0] = Math.max(most[0], Long.parseLong(line.replaceAll("\\D", "")));
          }
        }
        Thread.sleep(POLL_MILLIS);
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
