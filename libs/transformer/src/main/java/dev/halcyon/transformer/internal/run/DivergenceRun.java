package dev.halcyon.transformer.internal.run;

import dev.halcyon.contracts.request.FisherEstimator.Labels;
import dev.halcyon.contracts.request.FisherEstimator.Precision;
import dev.halcyon.transformer.Aggregation;
import dev.halcyon.transformer.DivergenceListener;
import dev.halcyon.transformer.DivergenceOptions;
import dev.halcyon.transformer.DivergenceResult;
import dev.halcyon.transformer.FineTuneDivergence;
import dev.halcyon.transformer.FisherOptions;
import dev.halcyon.transformer.MemoryBudget;
import dev.halcyon.transformer.TokenSample;
import dev.halcyon.transformer.WeightSource;
import dev.halcyon.transformer.internal.blueprint.Blueprint;
import dev.halcyon.transformer.internal.torch.Scope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/// A run over a range of samples: the base's output once, then each fine-tune on its own.
///
/// @param blueprint of all models, with the base's names and the tokens that all have
/// @param base weights
/// @param fineTunes weights under the base's names
/// @param samples of the range
/// @param options how
/// @param listener that hears of it
/// @param cancelled whether the caller has given up
public record DivergenceRun(
    Blueprint blueprint,
    WeightSource base,
    List<WeightSource> fineTunes,
    List<TokenSample> samples,
    DivergenceOptions options,
    DivergenceListener listener,
    BooleanSupplier cancelled) {
  /// Pairs the models' tensors.
  ///
  /// @param changed tensors that are the fine-tune's, for each of them
  /// @throws dev.halcyon.transformer.UnsupportedModelException where a fine-tune is not the base's
  ///   change
  public static DivergenceRun of(
      Alignment.Model base,
      List<Alignment.Model> fineTunes,
      List<Alignment.Choice> changed,
      List<TokenSample> samples,
      DivergenceOptions options,
      DivergenceListener listener,
      BooleanSupplier cancelled) {
    int longest = samples.stream().mapToInt(TokenSample::length).max().orElseThrow();
    int vocabulary = base.blueprint().vocabulary();
    List<WeightSource> weights = new ArrayList<>();
    for (int i = 0; i < fineTunes.size(); i++) {
      Alignment alignment = new Alignment(base, fineTunes.get(i));
      alignment.requireSameFunction(longest);
      vocabulary = Math.min(vocabulary, alignment.vocabulary());
      weights.add(alignment.weights(changed.get(i)));
    }
    Blueprint shared = base.blueprint().withVocabulary(vocabulary);
    return new DivergenceRun(
        shared, base.weights(), weights, samples, options, listener, cancelled);
  }

  /// Runs to the end.
  ///
  /// @throws IOException where weights cannot be read or a temporary file not be written
  public DivergenceResult run(Scope scope) throws IOException {
    List<Sequence> sequences = samples.stream().map(Sequence::ofPredictions).toList();
    RunPlan plan = RunPlan.of(blueprint, sequences, planned(options));
    Packer packer = new Packer(blueprint, sequences);
    long rows = sequences.stream().mapToLong(Sequence::rows).sum();
    try (ExecutorService readAhead =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("weights-ahead").factory())) {
      DivergenceContext context =
          new DivergenceContext(
              blueprint,
              readAhead,
              options,
              sequences,
              packer.packs(scope, numbers(), plan.packRows(), options.budget().samples()),
              new HostMemory(options.budget()),
              plan,
              new DivergenceMeter(blueprint, rows, fineTunes.size(), listener, cancelled));
      return run(scope, context);
    }
  }

  private DivergenceResult run(Scope scope, DivergenceContext context) throws IOException {
    WeightReader reader = new WeightReader(base);
    context.meter().plan(Quadrature.first(options));
    List<FineTuneDivergence> divergences = new ArrayList<>();
    try (EmbeddedRows embedded = EmbeddedRows.of(context, reader);
        RowStore hidden = new HiddenStates(context).of(scope, reader, embedded)) {
      BasePass basePass = new BasePass(context, reader, embedded, hidden);
      for (int i = 0; i < fineTunes.size(); i++) {
        context.meter().measure();
        divergences.add(new FineTunePass(basePass, new WeightReader(fineTunes.get(i))).run(scope));
      }
    }
    return new UsableSamples(samples).of(divergences, blueprint.vocabulary());
  }

  private List<Integer> numbers() {
    return IntStream.range(0, samples.size()).boxed().toList();
  }

  /// What the plan of a Fisher run over the same samples depends on; passes in float64 take twice
  /// the memory.
  static FisherOptions planned(DivergenceOptions options) {
    MemoryBudget budget = options.budget();
    MemoryBudget half =
        new MemoryBudget(budget.memory() / 2, budget.disk() / 2, budget.folder(), budget.samples());
    return new FisherOptions(
        Labels.EMPIRICAL,
        0,
        options.weighting(),
        Aggregation.SUM,
        Precision.FP32,
        options.device(),
        options.threads(),
        options.activations(),
        options.precision() == dev.halcyon.transformer.NodePrecision.FP32 ? budget : half);
  }
}
