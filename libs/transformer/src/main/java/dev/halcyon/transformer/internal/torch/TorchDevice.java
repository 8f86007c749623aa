package dev.halcyon.transformer.internal.torch;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.cuda.CudaUtils;
import dev.halcyon.transformer.DeviceMemory;
import dev.halcyon.transformer.DeviceUnavailableException;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// PyTorch on one device, with one thread that does all its work and lives as long as the process.
///
/// PyTorch keeps a pool of native threads and memory for every thread that calls it, and never
/// gives them back. Work for one device queues up.
public final class TorchDevice {
  private static final Map<DeviceName, TorchDevice> DEVICES = new ConcurrentHashMap<>();

  /// PyTorch says it in words only, and cuBLAS says nothing else when its workspace does not fit.
  private static final List<String> LACK_OF_MEMORY =
      List.of(
          "out of memory",
          "can't allocate memory",
          "CUBLAS_STATUS_ALLOC_FAILED",
          "CUBLAS_STATUS_NOT_INITIALIZED");

  private final DeviceName name;
  private final ExecutorService thread;
  private PtNDManager manager;
  private PtSymbolBlock operations;
  private volatile boolean inUse;

  private TorchDevice(DeviceName name) {
    this.name = name;
    this.thread =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("torch-" + name.name()).factory());
  }

  /// The device of that name; nothing is loaded before the first work.
  public static TorchDevice of(DeviceName name) {
    return DEVICES.computeIfAbsent(name, TorchDevice::new);
  }

  /// The card's memory.
  public DeviceMemory memory() {
    if (!name.isCuda() || !inUse) {
      return DeviceMemory.NONE;
    }
    MemoryUsage found = CudaUtils.getGpuMemory(name.device());
    return new DeviceMemory(found.getUsed(), found.getMax());
  }

  /// Work in a scope of its own, closed when it ends.
  public interface Work<T> {
    T in(Scope scope) throws Exception;
  }

  /// Does the work on the device's thread, and returns only when it has ended.
  ///
  /// @param threads that PyTorch's operators share; at least 1
  /// @param onInterrupt tells the work that its caller was interrupted and waits for its end; the
  ///   worker itself is never interrupted, as that would close the files it reads
  /// @throws DeviceUnavailableException where the device cannot be used
  public <T> T call(int threads, Work<T> work, Runnable onInterrupt) throws Exception {
    return await(thread.submit(() -> inScope(threads, work)), onInterrupt);
  }

  private static <T> T await(Future<T> result, Runnable onInterrupt) throws Exception {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return result.get();
        } catch (InterruptedException e) {
          interrupted = true;
          onInterrupt.run();
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private <T> T inScope(int threads, Work<T> work) throws Exception {
    load();
    JniUtils.setNumThreads(threads);
    try (Scope scope = new Scope(operations, (PtNDManager) manager.newSubManager())) {
      return work.in(scope);
    } catch (EngineException e) {
      throw isOutOfMemory(e) ? withoutMemory(e) : e;
    }
  }

  private DeviceUnavailableException withoutMemory(EngineException e) {
    return new DeviceUnavailableException(
        "device " + name.name() + " has no memory left: " + lackOfMemory(e).orElse(firstLine(e)),
        e);
  }

  private static boolean isOutOfMemory(EngineException e) {
    return lackOfMemory(e).isPresent();
  }

  /// The line of a failure's message that speaks of memory.
  static Optional<String> lackOfMemory(EngineException e) {
    return String.valueOf(e.getMessage())
        .lines()
        .filter(line -> LACK_OF_MEMORY.stream().anyMatch(line::contains))
        .findFirst()
        .map(String::strip);
  }

  private static String firstLine(EngineException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  /// DJL says only that it failed.
  private static String root(Throwable e) {
    return e.getCause() == null ? e.getMessage() : root(e.getCause());
  }

  private void load() {
    if (operations == null) {
      NativeLibraries.stayOffline();
      OpenMp.spinLess();
      NativeMemory.tune();
      manager = openManager();
      // The optimizer recompiles each method for shapes it has seen, and shapes change here.
      JniUtils.setGraphExecutorOptimize(false);
      operations = OperationPack.load(manager);
      inUse = true;
    }
  }

  private PtNDManager openManager() {
    try {
      InstalledLibtorch.named().ifPresent(InstalledLibtorch::use);
      return requireDevice((PtNDManager) Engine.getEngine("PyTorch").newBaseManager(name.device()));
    } catch (EngineException | UnsatisfiedLinkError e) {
      throw new DeviceUnavailableException("PyTorch cannot be loaded: " + root(e), e);
    }
  }

  /// Without a loadable CUDA runtime DJL computes on the host and says nothing.
  private PtNDManager requireDevice(PtNDManager opened) {
    boolean card;
    try (Scope scope = new Scope(null, (PtNDManager) opened.newSubManager())) {
      card = scope.zeros(ElementType.FLOAT32, 1).array().getDevice().isGpu();
    } catch (EngineException e) {
      if (isOutOfMemory(e)) {
        throw withoutMemory(e);
      }
      throw new DeviceUnavailableException(
          "device "
              + name.name()
              + " cannot be used: there is no such GPU, or this PyTorch has no CUDA"
              + " (PYTORCH_LIBRARY_PATH names one that has): "
              + firstLine(e),
          e);
    }
    if (card != name.isCuda()) {
      throw new DeviceUnavailableException(
          "device "
              + name.name()
              + " was requested, but PyTorch computes on the CPU: the native library has no CUDA,"
              + " or its runtime (libcudart) cannot be loaded");
    }
    return opened;
  }
}
