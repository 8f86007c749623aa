package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.FisherListener;
import dev.halcyon.transformer.FisherOptions;
import dev.halcyon.transformer.FisherResult;
import dev.halcyon.transformer.LeftOut;
import dev.halcyon.transformer.SampleLoss;
import dev.halcyon.transformer.TokenSample;
import dev.halcyon.transformer.WeightSource;
import dev.halcyon.transformer.internal.blueprint.Blueprint;
import dev.halcyon.transformer.internal.torch.Scope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/// A run over a range of samples, begun again whenever a sample turns out to have no finite
/// gradient.
///
/// @param blueprint of the model
/// @param weights of the model
/// @param samples of the range
/// @param options how
/// @param listener that hears of it
/// @param cancelled whether the caller has given up
public record FisherRun(
    Blueprint blueprint,
    WeightSource weights,
    List<TokenSample> samples,
    FisherOptions options,
    FisherListener listener,
    BooleanSupplier cancelled) {
  /// Runs to the end.
  ///
  /// @throws IOException where weights cannot be read, a temporary file not be written, or the
  ///   listener fails
  public FisherResult run(Scope scope) throws IOException {
    List<Sequence> sequences = samples.stream().map(Sequence::ofPredictions).toList();
    RunPlan plan = RunPlan.of(blueprint, sequences, options);
    Packer packer = new Packer(blueprint, sequences);
    listener.estimated(plan.estimate());
    TemporarySpace.in(options.budget().folder()).require(plan.estimate().disk());
    TreeMap<Integer, LeftOut> withoutGradient = new TreeMap<>();
    try (ExecutorService readAhead =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("weights-ahead").factory())) {
      while (true) {
        SampleLedger ledger = new SampleLedger(sequences, options.weighting());
        withoutGradient.keySet().forEach(ledger::leaveOut);
        try {
          attempt(scope, plan, packer, ledger, readAhead);
          return result(ledger, withoutGradient);
        } catch (NonFiniteGradientException e) {
          long id = samples.get(e.sample()).id();
          LeftOut sample = new LeftOut(id, Optional.of(e.parameter()));
          withoutGradient.put(e.sample(), sample);
          listener.leftOut(sample);
          listener.restarted();
        }
      }
    }
  }

  private void attempt(
      Scope scope, RunPlan plan, Packer packer, SampleLedger ledger, ExecutorService readAhead)
      throws IOException {
    HostMemory memory = new HostMemory(options.budget());
    Meter meter = new Meter(blueprint, plan, samples.size(), listener, cancelled);
    WeightReader reader = new WeightReader(weights);
    requireFiniteEmbeddings(reader);
    RunContext context =
        new RunContext(blueprint, reader, readAhead, options, ledger, memory, plan, meter);
    ledger.requireAny();
    List<List<Integer>> groups =
        packer.cut(ledger.counted(), plan.groupRows(), options.budget().samples());
    try (Sums sums = new Sums(memory, ledger, options.aggregation(), listener)) {
      GroupRun group = new GroupRun(context, packer, sums, listener);
      for (int i = 0; i < groups.size(); i++) {
        try (Scope own = scope.open()) {
          group.run(own, groups.get(i), i == groups.size() - 1);
        }
      }
    }
  }

  /// Of the embeddings a run reads only the rows of its tokens and positions; all else it reads
  /// whole.
  private void requireFiniteEmbeddings(WeightReader reader) throws IOException {
    reader.requireFinite(blueprint.tokens());
    if (blueprint.positionParameter().isPresent()) {
      reader.requireFinite(blueprint.positionParameter().get().name());
    }
  }

  private FisherResult result(SampleLedger ledger, TreeMap<Integer, LeftOut> withoutGradient) {
    List<SampleLoss> used = new ArrayList<>();
    List<LeftOut> leftOut = new ArrayList<>();
    for (int number = 0; number < ledger.size(); number++) {
      TokenSample sample = samples.get(number);
      if (ledger.counts(number)) {
        used.add(new SampleLoss(sample.id(), ledger.loss(number)));
      } else {
        leftOut.add(
            withoutGradient.getOrDefault(number, new LeftOut(sample.id(), Optional.empty())));
      }
    }
    return new FisherResult(used, leftOut);
  }
}
