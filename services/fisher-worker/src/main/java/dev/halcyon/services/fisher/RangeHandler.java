package dev.halcyon.services.fisher;

import dev.halcyon.analysis.fisher.FisherParameter;
import dev.halcyon.contracts.job.FisherProgress;
import dev.halcyon.contracts.job.FisherTask.Range;
import dev.halcyon.contracts.request.FisherSettings.Diagonal;
import dev.halcyon.contracts.results.FisherCalibration.LeftOut;
import dev.halcyon.contracts.results.FisherOutcome;
import dev.halcyon.contracts.store.CalibrationTexts;
import dev.halcyon.contracts.store.PlacedModel;
import dev.halcyon.contracts.store.StoredObject;
import dev.halcyon.services.common.BadInputException;
import dev.halcyon.transformer.Aggregation;
import dev.halcyon.transformer.DecoderModel;
import dev.halcyon.transformer.FisherEngine;
import dev.halcyon.transformer.FisherRequest;
import dev.halcyon.transformer.FisherResult;
import dev.halcyon.transformer.ModelTokenizer;
import dev.halcyon.transformer.NoUsableSampleException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Computes a model's Fisher information on a range of the calibration texts.
///
/// Where the range is all of them, the statistics of each parameter are taken as it comes out of
/// the backward pass, and no more than one layer is held. Where it is one of several, each
/// parameter's sum goes to the store for the merge.
final class RangeHandler {
  private final Outcomes outcomes;
  private final ModelObjects objects;
  private final Machine machine;

  RangeHandler(Outcomes outcomes, ModelObjects objects, Machine machine) {
    this.outcomes = outcomes;
    this.objects = objects;
    this.machine = machine;
  }

  FisherOutcome handle(Range task, Consumer<FisherProgress> progress) throws IOException {
    CalibrationTexts texts = outcomes.read(task.calibration().object(), CalibrationTexts.class);
    PlacedModel placed = outcomes.read(task.parts(), PlacedModel.class);
    try (OpenedModel opened =
            OpenedModel.open(placed, task.allowConfigFields(), objects, machine.roots());
        ModelTokenizer tokenizer = opened.openTokenizer()) {
      Samples samples =
          Samples.of(
              texts,
              task.from(),
              task.to(),
              task.estimator().maxLength(),
              task.estimator().minTokens(),
              tokenizer);
      return task.ranges() == 1
          ? whole(task, opened, samples, progress)
          : part(task, opened, samples, progress);
    }
  }

  private FisherOutcome whole(
      Range task, OpenedModel opened, Samples samples, Consumer<FisherProgress> progress)
      throws IOException {
    if (samples.usable().isEmpty()) {
      throw new BadInputException(samples.nothingUsable());
    }
    DecoderModel model = opened.model();
    List<FisherParameter> parameters =
        model.parameters().stream().map(p -> new FisherParameter(p.name(), p.shape())).toList();
    try (StatisticsSink sink =
        new StatisticsSink(parameters, task.chunks(), task.saveDiagonal(), machine)) {
      FisherResult result = run(task, model, samples, Aggregation.MEAN, sink, progress);
      Counted counted = Counted.of(samples, result);
      return new FisherOutcome(
          task.model(),
          opened.checkpoint(),
          counted.samples(),
          samples.tooShort(),
          counted.leftOut(),
          sink.tensors(counted),
          List.of(),
          sink.saved(outcomes, task, config(task, opened)),
          Optional.empty());
    }
  }

  private FisherOutcome part(
      Range task, OpenedModel opened, Samples samples, Consumer<FisherProgress> progress)
      throws IOException {
    if (samples.usable().isEmpty()) {
      return nothing(task, opened, samples, List.of());
    }
    PartialSink sink = new PartialSink(outcomes, task);
    try {
      FisherResult result = run(task, opened.model(), samples, Aggregation.SUM, sink, progress);
      Counted counted = Counted.of(samples, result);
      return new FisherOutcome(
          task.model(),
          opened.checkpoint(),
          counted.samples(),
          samples.tooShort(),
          counted.leftOut(),
          List.of(),
          sink.partials(counted),
          Optional.empty(),
          config(task, opened));
    } catch (NoUsableSampleException _) {
      return nothing(
          task, opened, samples, samples.allLeftOut("its loss or gradient is not finite"));
    }
  }

  private static FisherOutcome nothing(
      Range task, OpenedModel opened, Samples samples, List<LeftOut> leftOut) {
    return new FisherOutcome(
        task.model(),
        opened.checkpoint(),
        List.of(),
        samples.tooShort(),
        leftOut,
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  private Optional<StoredObject> config(Range task, OpenedModel opened) throws IOException {
    if (task.saveDiagonal().isEmpty() || task.saveDiagonal().get() != Diagonal.CHECKPOINT) {
      return Optional.empty();
    }
    byte[] config = DiagonalCheckpoint.config(opened.config());
    return Optional.of(outcomes.put(task, MemorySegment.ofArray(config)));
  }

  private FisherResult run(
      Range task,
      DecoderModel model,
      Samples samples,
      Aggregation aggregation,
      TensorSink sink,
      Consumer<FisherProgress> progress)
      throws IOException {
    FisherRequest request =
        new FisherRequest(
            model, samples.usable(), EngineOptions.of(task.estimator(), aggregation, machine));
    try {
      return new FisherEngine()
          .run(request, new RunListener(task, sink, new ProgressThrottle(progress)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedTaskException(e);
    } catch (RuntimeException e) {
      throw task.ranges() > 1 && e instanceof NoUsableSampleException
          ? e
          : EngineFailures.classed(task.source(), e);
    }
  }
}
