package dev.halcyon.tensors.internal.kernels;

import java.lang.System.Logger.Level;

/// Chooses between the twins, once.
public final class KernelChoice {
  /// System property that names the vectors' width: 128, 256 or 512 bits, or 0 for scalar loops.
  /// Without it the machine's widest is taken.
  public static final String PROPERTY = "halcyon.vector.bits";

  private static final int NOT_ASKED = -1;

  private KernelChoice() {}

  /// The kernels for this machine, named in one line of the log.
  public static TileKernels choose() {
    TileKernels kernels = vectorBits() == 0 ? new ScalarTileKernels() : new VectorTileKernels();
    System.getLogger("dev.halcyon.tensors.kernels")
        .log(Level.INFO, "Similarity kernels use {0}", kernels.description());
    return kernels;
  }

  static int vectorBits() {
    String asked = System.getProperty(PROPERTY);
    int bits = asked == null ? NOT_ASKED : bits(asked);
    if (bits == 0 || !VectorModule.isLoaded()) {
      return 0;
    }
    return bits == NOT_ASKED ? PreferredWidth.bits() : bits;
  }

  private static int bits(String asked) {
    return switch (asked) {
      case "0", "128", "256", "512" -> Integer.parseInt(asked);
      default ->
          throw new IllegalArgumentException(
              PROPERTY + " must be 0, 128, 256 or 512, not " + asked);
    };
  }
}
