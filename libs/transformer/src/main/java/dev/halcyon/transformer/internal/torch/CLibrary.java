package dev.halcyon.transformer.internal.torch;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// Functions of the C library that the process runs on, where it has them.
final class CLibrary {
  private CLibrary() {}

  /// Calls a function that returns an `int`; a library without it is left alone.
  static void call(String name, MemoryLayout[] parameters, Object... arguments) {
    function(name, parameters).ifPresent(function -> invoke(name, function, arguments));
  }

  @SuppressWarnings("restricted")
  private static Optional<MethodHandle> function(String name, MemoryLayout... parameters) {
    Linker linker = Linker.nativeLinker();
    return linker
        .defaultLookup()
        .find(name)
        .map(address ->
            linker.downcallHandle(
                address, FunctionDescriptor.of(ValueLayout.JAVA_INT, parameters)));
  }

  private static void invoke(String name, MethodHandle function, Object... arguments) {
    try {
      function.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException("the C library's " + name + " cannot be called", e);
    }
  }
}
