package dev.halcyon.tensors.internal.kernels;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/// Loads the kernels once more for another vector width, which is a constant of their classes.
final class KernelsOfWidth extends ClassLoader {
  private static final String PACKAGE = TileKernels.class.getPackageName() + ".";

  private KernelsOfWidth() {
    super(KernelsOfWidth.class.getClassLoader());
  }

  static synchronized TileKernels load(String bits) {
    String before = System.getProperty(KernelChoice.PROPERTY);
    System.setProperty(KernelChoice.PROPERTY, bits);
    try {
      Class<?> choice = new KernelsOfWidth().loadClass(KernelChoice.class.getName());
      return (TileKernels) choice.getMethod("choose").invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot load kernels of " + bits + " bits", e);
    } finally {
      if (before == null) {
        System.clearProperty(KernelChoice.PROPERTY);
      } else {
        System.setProperty(KernelChoice.PROPERTY, before);
      }
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    boolean shared = !name.startsWith(PACKAGE) || name.equals(TileKernels.class.getName());
    if (shared) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? define(name) : loaded;
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    String resource = name.replace('.', '/') + ".class";
    try (InputStream bytes = getParent().getResourceAsStream(resource)) {
      if (bytes == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] code = bytes.readAllBytes();
      return defineClass(name, code, 0, code.length);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + resource, e);
    }
  }
}
