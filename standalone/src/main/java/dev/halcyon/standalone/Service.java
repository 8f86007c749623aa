package dev.halcyon.standalone;

import io.quarkus.runtime.annotations.QuarkusMain;

/// Where Quarkus' own starter begins: the same command, in a JVM that Quarkus starts.
@QuarkusMain
public final class Service {
  private Service() {}

  public static void main(String... args) {
    Halcyon.main(args);
  }
}
