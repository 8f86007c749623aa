package dev.halcyon.services.fisher;

import dev.halcyon.contracts.job.FisherTask;
import dev.halcyon.services.common.JobContext;
import dev.halcyon.transformer.FisherEstimate;
import dev.halcyon.transformer.FisherListener;
import dev.halcyon.transformer.FisherProgress;
import dev.halcyon.transformer.LeftOut;
import dev.halcyon.transformer.ParameterFisher;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jboss.logging.Logger;

/// Hears of a run and hands on what concerns others.
final class RunListener implements FisherListener {
  private static final Logger LOG = Logger.getLogger(RunListener.class);

  private static final double GIBIBYTE = 1L << 30;

  private final FisherTask task;
  private final TensorSink sink;
  private final ProgressThrottle progress;

  RunListener(FisherTask task, TensorSink sink, ProgressThrottle progress) {
    this.task = task;
    this.sink = sink;
    this.progress = progress;
  }

  @Override
  public void estimated(FisherEstimate estimate) {
    try (JobContext _ = context()) {
      log(estimate);
    }
  }

  /// The engine calls from threads of its own.
  private JobContext context() {
    return JobContext.of(task.jobId()).attempt(task.attempt()).model(task.model());
  }

  private static void log(FisherEstimate estimate) {
    LOG.infof(
        "%d tokens in %d groups, activations of %d layers kept: %.2f GiB of memory, %.2f GiB of"
            + " temporary files",
        estimate.tokens(),
        estimate.groups(),
        estimate.keptLayers(),
        estimate.memory() / GIBIBYTE,
        estimate.disk() / GIBIBYTE);
  }

  @Override
  public void progressed(FisherProgress now) {
    progress.accept(
        new dev.halcyon.contracts.job.FisherProgress(
            task.model(),
            task.name(),
            passed(now),
            2L * now.layers() * now.groups(),
            now.samples(),
            Math.round(now.fraction() * now.tokens()),
            now.tokens()));
  }

  /// Layers passed forward and backward, by all groups of samples.
  static long passed(FisherProgress now) {
    return 2L * now.layers() * now.group() + passedByGroup(now);
  }

  private static long passedByGroup(FisherProgress now) {
    return switch (now.stage()) {
      case FORWARD -> now.layersDone();
      case HEAD -> now.layers();
      case BACKWARD -> now.layers() + (long) now.layersDone();
      case EMBEDDING -> 2L * now.layers();
    };
  }

  @Override
  public void leftOut(LeftOut sample) {
    try (JobContext _ = context()) {
      LOG.warn(sample.reason());
    }
  }

  @Override
  public void restarted() {
    try {
      sink.restart();
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  @Override
  public void parameter(ParameterFisher fisher) throws IOException {
    sink.take(fisher.name(), fisher.shape(), fisher.values(), fisher.sampleSums());
  }
}
