package dev.halcyon.transformer.internal.torch;

/// Where DJL takes its native libraries from: the class path or an installed libtorch, never the
/// network.
///
/// Left to itself DJL downloads what it does not find, and on EC2 reports its use to its makers.
/// Both end with the system property that is set here, unless the user has set it.
public final class NativeLibraries {
  private static final String OFFLINE = "ai.djl.offline";

  private NativeLibraries() {}

  /// To be called before anything of DJL is used.
  public static void stayOffline() {
    if (System.getProperty(OFFLINE) == null) {
      System.setProperty(OFFLINE, "true");
    }
  }
}
