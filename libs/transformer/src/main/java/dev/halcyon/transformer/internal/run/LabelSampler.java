package dev.halcyon.transformer.internal.run;

/// Random numbers that depend on nothing but the seed, the sample and the position, so that labels
/// are the same however samples are packed, split over machines or threads.
///
/// The mixing function is SplitMix64's finaliser (Steele, Lea, Flood 2014), applied to each of the
/// three in turn.
final class LabelSampler {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private LabelSampler() {}

  /// A number in [0, 1), a multiple of 2^-53.
  static double uniform(long seed, long sample, int position) {
    long mixed = mix(mix(mix(seed + GOLDEN) + sample * GOLDEN) + position * GOLDEN + GOLDEN);
    return (mixed >>> 11) * 0x1p-53;
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
