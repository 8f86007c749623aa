package dev.halcyon.services.fisher;

import dev.halcyon.contracts.job.FisherProgress;
import dev.halcyon.contracts.job.FisherTask;
import dev.halcyon.transformer.DiagonalProxies;
import dev.halcyon.transformer.DivergenceListener;
import dev.halcyon.transformer.DivergenceProgress;
import dev.halcyon.transformer.FisherListener;
import dev.halcyon.transformer.ParameterFisher;
import java.io.IOException;
import java.util.function.Consumer;

/// Tells how far a task is that is of several models: a divergence, and after it the base's Fisher
/// information where that is asked for.
final class DivergenceTaskProgress implements DivergenceListener {
  private final FisherTask task;
  private final Samples samples;
  private final ProgressThrottle target;

  /// Layer passes of the Fisher information.
  private final long fisherPasses;

  /// Part of the arithmetic that is the divergence.
  private final double divergencePart;

  private long divergencePasses;

  private DivergenceTaskProgress(
      FisherTask task,
      Samples samples,
      Consumer<FisherProgress> progress,
      long fisherPasses,
      double divergencePart) {
    this.task = task;
    this.samples = samples;
    this.target = new ProgressThrottle(progress);
    this.fisherPasses = fisherPasses;
    this.divergencePart = divergencePart;
  }

  /// Of a divergence alone.
  static DivergenceTaskProgress of(
      FisherTask task, Samples samples, Consumer<FisherProgress> progress) {
    return new DivergenceTaskProgress(task, samples, progress, 0, 1);
  }

  /// Of a divergence and the base's Fisher information, which is one unit of work to about one for
  /// the base's output and three for each fine-tune.
  static DivergenceTaskProgress withFisher(
      FisherTask task,
      Samples samples,
      Consumer<FisherProgress> progress,
      DivergenceModels models) {
    int fineTunes = models.fineTunes().size();
    return new DivergenceTaskProgress(
        task,
        samples,
        progress,
        2L * models.base().model().layers(),
        (1.0 + 3 * fineTunes) / (2 + 3 * fineTunes));
  }

  @Override
  public void progressed(DivergenceProgress now) {
    divergencePasses = now.layers();
    tell(now.layersDone(), now.fraction() * divergencePart);
  }

  /// Hears of the Fisher information for the proxies.
  FisherListener of(DiagonalProxies proxies) {
    return new FisherListener() {
      @Override
      public void progressed(dev.halcyon.transformer.FisherProgress now) {
        tell(
            divergencePasses + RunListener.passed(now) / now.groups(),
            divergencePart + (1 - divergencePart) * now.fraction());
      }

      @Override
      public void restarted() {
        proxies.restarted();
      }

      @Override
      public void parameter(ParameterFisher found) throws IOException {
        proxies.parameter(found);
      }
    };
  }

  private void tell(long passed, double fraction) {
    long tokens = samples.tokens();
    target.accept(
        new FisherProgress(
            task.model(),
            task.name(),
            passed,
            divergencePasses + fisherPasses,
            samples.usable().size(),
            Math.round(fraction * tokens),
            tokens));
  }
}
