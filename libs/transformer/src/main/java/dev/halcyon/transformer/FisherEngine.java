package dev.halcyon.transformer;

import dev.halcyon.transformer.internal.run.FisherRun;
import dev.halcyon.transformer.internal.torch.DeviceName;
import dev.halcyon.transformer.internal.torch.NativeMemory;
import dev.halcyon.transformer.internal.torch.TorchDevice;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;

/// Computes the diagonal Fisher information of a decoder model: for every parameter the mean, over
/// samples, of the squared gradient of the sample's mean negative log-likelihood.
///
/// One layer is in memory at a time, with its weights, activations and squared gradients; what
/// grows with the number of layers is each layer's input for every token.
/// `docs/design/fisher-engine.md` describes the design and the sources of numerical differences.
public final class FisherEngine {
  /// Runs to the end. Runs on one device come one after the other.
  ///
  /// On one machine and with as many threads, the same request gives the same bits.
  ///
  /// @param listener is called on another thread, and never after this has returned
  /// @throws InterruptedException where the caller was interrupted; the run has then stopped
  /// @throws IOException where weights cannot be read, a temporary file not be written, or the
  ///   listener fails
  /// @throws UnsupportedModelException where a tensor turns out to be unreadable
  /// @throws IllegalArgumentException where a sample does not fit the model
  /// @throws NoUsableSampleException where no sample has a finite loss and gradient
  /// @throws OutOfBudgetException where the run needs more than its [MemoryBudget]
  /// @throws DeviceUnavailableException where the device cannot be used on this machine
  /// @throws RuntimeException of the listener
  public FisherResult run(FisherRequest request, FisherListener listener)
      throws IOException, InterruptedException {
    AtomicBoolean cancelled = new AtomicBoolean();
    DeviceName device = DeviceName.parse(request.options().device());
    FisherRun run =
        new FisherRun(
            request.model().blueprint(),
            request.model().weights(),
            request.samples(),
            request.options(),
            listener,
            cancelled::get);
    try {
      return TorchDevice.of(device)
          .call(request.options().threads(), run::run, () -> cancelled.set(true));
    } catch (CancellationException e) {
      Thread.interrupted();
      throw new InterruptedException("the run over " + request.model().name() + " was interrupted");
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("[" + request.model().name() + "] run failed", e);
    } finally {
      NativeMemory.release();
    }
  }
}
