package dev.halcyon.tensors.internal.kernels;

/// The JDK's vector module, which is loaded when it is first asked for.
///
/// It is an incubator module, and a JVM that starts with one (`--add-modules`) keeps neither its
/// module graph nor the code of lambdas in its cache of loaded classes: a command would take a
/// third of a second longer to start. The JVM has its own way to load a system module later; it
/// needs `--add-exports=java.base/jdk.internal.module=ALL-UNNAMED`.
final class VectorModule {
  private static final String NAME = "jdk.incubator.vector";

  private VectorModule() {}

  /// Whether the module is there, loaded now or before.
  static boolean isLoaded() {
    return ModuleLayer.boot().findModule(NAME).isPresent() || load();
  }

  private static boolean load() {
    try {
      Class.forName("jdk.internal.module.Modules")
          .getMethod("loadModule", String.class)
          .invoke(null, NAME);
      return true;
    } catch (ReflectiveOperationException | LinkageError e) {
      System.getLogger("dev.halcyon.tensors.kernels")
          .log(
              System.Logger.Level.WARNING,
              "no vectors, so comparing takes ten times as long: {0} cannot be loaded ({1});"
                  + " start the JVM with the flags of jvm.args",
              NAME,
              e.toString());
      return false;
    }
  }
}
