package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.internal.blueprint.Blueprint;
import dev.halcyon.transformer.internal.blueprint.Rotary;
import dev.halcyon.transformer.internal.decoder.Pack;
import dev.halcyon.transformer.internal.decoder.Pack.Rotation;
import dev.halcyon.transformer.internal.torch.Scope;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// Lays samples end to end in packs of about equal size.
///
/// A sample's last token predicts nothing and no token sees it, so it has no row.
final class Packer {
  private final List<Sequence> samples;
  private final Set<Rotary> rotaries = Collections.newSetFromMap(new IdentityHashMap<>());

  /// @throws IllegalArgumentException where a token is not in the vocabulary or a sample is longer
  ///   than the model's positions
  Packer(Blueprint blueprint, List<Sequence> samples) {
    this.samples = samples;
    samples.forEach(sample -> check(blueprint, sample));
    blueprint.layers().forEach(layer -> layer.attention().rotary().ifPresent(rotaries::add));
  }

  private static void check(Blueprint blueprint, Sequence sample) {
    int longest = blueprint.positions().map(Blueprint.Positions::length).orElse(Integer.MAX_VALUE);
    if (sample.length() > longest) {
      throw new IllegalArgumentException(
          sample + ": the model has positions for " + longest + " tokens only");
    }
    for (int i = 0; i < sample.length(); i++) {
      if (sample.token(i) < 0 || sample.token(i) >= blueprint.vocabulary()) {
        throw new IllegalArgumentException(
            sample
                + ": token "
                + sample.token(i)
                + " at position "
                + i
                + " is not in the model's vocabulary of "
                + blueprint.vocabulary()
                + "; is the tokenizer another model's?");
      }
    }
  }

  /// Numbers of the samples, cut into runs of at most so many rows, or of one sample.
  ///
  /// @param numbers in order
  /// @param most samples in a run
  static List<List<Integer>> cut(
      List<Sequence> samples, List<Integer> numbers, long rows, int most) {
    List<List<Integer>> runs = new ArrayList<>();
    List<Integer> run = new ArrayList<>();
    long used = 0;
    for (int number : numbers) {
      long own = samples.get(number).rows();
      if (!run.isEmpty() && (used + own > rows || run.size() == most)) {
        runs.add(run);
        run = new ArrayList<>();
        used = 0;
      }
      run.add(number);
      used += own;
    }
    if (!run.isEmpty()) {
      runs.add(run);
    }
    return runs;
  }

  /// Numbers of the samples, cut into runs.
  List<List<Integer>> cut(List<Integer> numbers, long rows, int most) {
    return cut(samples, numbers, rows, most);
  }

  /// The packs of these samples.
  ///
  /// @param scope that the rotations live in
  List<Pack> packs(Scope scope, List<Integer> numbers, long rows) {
    return packs(scope, numbers, rows, Integer.MAX_VALUE);
  }

  /// The same of at most so many samples each.
  List<Pack> packs(Scope scope, List<Integer> numbers, long rows, int most) {
    List<Pack> packs = new ArrayList<>();
    long first = 0;
    for (List<Integer> run : cut(samples, numbers, rows, most)) {
      Pack pack = pack(scope, first, run);
      packs.add(pack);
      first += pack.rows();
    }
    return packs;
  }

  private Pack pack(Scope scope, long first, List<Integer> numbers) {
    long[] bounds = new long[numbers.size() + 1];
    int longest = 0;
    for (int i = 0; i < numbers.size(); i++) {
      int rows = samples.get(numbers.get(i)).rows();
      bounds[i + 1] = bounds[i] + rows;
      longest = Math.max(longest, rows);
    }
    IdentityHashMap<Object, Rotation> rotations = new IdentityHashMap<>();
    int rows = Math.toIntExact(bounds[numbers.size()]);
    rotaries.forEach(rotary -> rotations.put(rotary, rotation(scope, rotary, numbers, rows)));
    return new Pack(List.copyOf(numbers), first, bounds, longest, rotations);
  }

  private Rotation rotation(Scope scope, Rotary rotary, List<Integer> numbers, int rows) {
    int half = rotary.half();
    Arena arena = Arena.ofAuto();
    MemorySegment cosines = arena.allocate((long) rows * half * Float.BYTES, HostMemory.ALIGNMENT);
    MemorySegment sines = arena.allocate((long) rows * half * Float.BYTES, HostMemory.ALIGNMENT);
    long at = 0;
    for (int number : numbers) {
      Sequence sample = samples.get(number);
      float[] frequencies = rotary.frequencies(sample.length());
      for (int position = 0; position < sample.rows(); position++) {
        for (float frequency : frequencies) {
          float angle = position * frequency;
          cosines.setAtIndex(ValueLayout.JAVA_FLOAT, at, scaled(Math.cos(angle), rotary));
          sines.setAtIndex(ValueLayout.JAVA_FLOAT, at, scaled(Math.sin(angle), rotary));
          at++;
        }
      }
    }
    return new Rotation(scope.wrap(cosines, rows, 1, half), scope.wrap(sines, rows, 1, half));
  }

  private static float scaled(double value, Rotary rotary) {
    return (float) value * (float) rotary.scale();
  }
}
