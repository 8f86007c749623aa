package dev.halcyon.transformer;

import dev.halcyon.transformer.internal.run.Alignment;
import dev.halcyon.transformer.internal.run.DivergenceRun;
import dev.halcyon.transformer.internal.torch.DeviceName;
import dev.halcyon.transformer.internal.torch.NativeMemory;
import dev.halcyon.transformer.internal.torch.TorchDevice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;

/// Measures how far fine-tunes move a model's output, and splits that exactly over its tensors.
///
/// Let `theta(s) = base + s delta`. By the fundamental theorem of calculus KL(base || fine-tune) is
/// the integral over s from 0 to 1 of the sum over parameters w of `<grad_w KL(base || theta(s)),
/// delta_w>`; the integral of a tensor's terms is its attribution. It is the Aumann-Shapley value
/// of the tensor, and what integrated gradients (Sundararajan et al. 2017) are for inputs. The
/// integral is a Gauss-Legendre quadrature: at each node one forward pass and one backward pass.
///
/// One layer of the base and of one fine-tune is in memory at a time.
/// `docs/design/fisher-engine.md` describes the design, and `docs/divergence.md` the numbers.
public final class DivergenceEngine {
  /// Runs to the end. Runs on one device come one after the other.
  ///
  /// A sample's numbers do not depend on the samples beside it, but for rounding, unless the number
  /// of nodes is left to the engine.
  ///
  /// @param listener is called on another thread, and never after this has returned
  /// @throws InterruptedException where the caller was interrupted; the run has then stopped
  /// @throws IOException where weights cannot be read or a temporary file not be written
  /// @throws UnsupportedModelException where a fine-tune is not the base's change: another
  ///   architecture, other sizes, another config
  /// @throws IllegalArgumentException where a sample does not fit the models
  /// @throws NoUsableSampleException where no sample has a finite divergence
  /// @throws OutOfBudgetException where the run needs more than its [MemoryBudget]
  /// @throws DeviceUnavailableException where the device cannot be used on this machine
  public DivergenceResult run(DivergenceRequest request, DivergenceListener listener)
      throws IOException, InterruptedException {
    return run(request, Collections.nCopies(request.fineTunes().size(), Alignment.ALL), listener);
  }

  /// Measures, and attributes where the options ask for it, with only some of the tensors changed.
  ///
  /// @param changed for each fine-tune, which may be there several times, names of tensors of the
  ///   base; the others stay the base's
  public DivergenceResult runPartly(
      DivergenceRequest request, List<Set<String>> changed, DivergenceListener listener)
      throws IOException, InterruptedException {
    List<Alignment.Choice> choices = new ArrayList<>();
    changed.forEach(names -> choices.add(names::contains));
    return run(request, choices, listener);
  }

  private static DivergenceResult run(
      DivergenceRequest request, List<Alignment.Choice> changed, DivergenceListener listener)
      throws IOException, InterruptedException {
    AtomicBoolean cancelled = new AtomicBoolean();
    DivergenceRun run =
        DivergenceRun.of(
            request.base().alignable(),
            request.fineTunes().stream().map(DecoderModel::alignable).toList(),
            changed,
            request.samples(),
            request.options(),
            listener,
            cancelled::get);
    try {
      return TorchDevice.of(DeviceName.parse(request.options().device()))
          .call(request.options().threads(), run::run, () -> cancelled.set(true));
    } catch (CancellationException e) {
      Thread.interrupted();
      throw new InterruptedException("the run over " + request.base().name() + " was interrupted");
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("[" + request.base().name() + "] run failed", e);
    } finally {
      NativeMemory.release();
    }
  }
}
