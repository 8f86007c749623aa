package dev.halcyon.plots;

import java.awt.Color;

/// The viridis colour map (Smith and van der Walt, 2015): perceptually even, readable in grey and
/// by the colour-blind. 33 stops of the published map, straight lines between them: within two of
/// 255 levels of the full table.
final class Viridis {
  private static final int[] STOPS = {
    0x440154, 0x470D60, 0x48186A, 0x482374, 0x472D7B, 0x453681, 0x424086, 0x3F4989, 0x3B528B,
    0x375A8D, 0x33638D, 0x2F6A8E, 0x2C728E, 0x297A8E, 0x26818E, 0x23898E, 0x21908C, 0x1F988B,
    0x1F9F88, 0x21A685, 0x28AE80, 0x31B57B, 0x3EBC74, 0x4CC26C, 0x5DC963, 0x6ECE58, 0x82D34C,
    0x96D83F, 0xABDC32, 0xC0DF24, 0xD5E21A, 0xEAE51A, 0xFDE725
  };

  private Viridis() {}

  /// The colour at `position`, 0 (dark) to 1 (bright); positions beyond take the end's colour.
  static Color color(double position) {
    double place = Math.clamp(position, 0.0, 1.0) * (STOPS.length - 1);
    int below = Math.min((int) place, STOPS.length - 2);
    double share = place - below;
    return new Color(
        blend(STOPS[below], STOPS[below + 1], 16, share),
        blend(STOPS[below], STOPS[below + 1], 8, share),
        blend(STOPS[below], STOPS[below + 1], 0, share));
  }

  private static int blend(int low, int high, int shift, double share) {
    int from = low >> shift & 0xFF;
    int to = high >> shift & 0xFF;
    return (int) Math.round(from + share * (to - from));
  }
}
