package dev.halcyon.standalone;

import dev.halcyon.analysis.divergence.DivergenceRollUp;
import dev.halcyon.contracts.DivergenceOutcome;
import dev.halcyon.contracts.DivergenceOutcome.Alone;
import dev.halcyon.contracts.DivergenceOutcome.Tensor;
import dev.halcyon.contracts.DivergenceOutcome.Trial;
import dev.halcyon.contracts.DivergenceSettings;
import dev.halcyon.contracts.FisherCalibration.LeftOut;
import dev.halcyon.standalone.LocalDivergence.TokenizedTexts;
import dev.halcyon.tensors.TensorSpec;
import dev.halcyon.transformer.Aggregation;
import dev.halcyon.transformer.DecoderModel;
import dev.halcyon.transformer.DiagonalProxies;
import dev.halcyon.transformer.DivergenceEngine;
import dev.halcyon.transformer.DivergenceOptions;
import dev.halcyon.transformer.DivergenceProgress;
import dev.halcyon.transformer.DivergenceRequest;
import dev.halcyon.transformer.DivergenceResult;
import dev.halcyon.transformer.FineTuneDivergence;
import dev.halcyon.transformer.FisherEngine;
import dev.halcyon.transformer.FisherOptions;
import dev.halcyon.transformer.FisherRequest;
import dev.halcyon.transformer.Labels;
import dev.halcyon.transformer.Objective;
import dev.halcyon.transformer.SampleDivergence;
import dev.halcyon.transformer.TensorDivergence;
import dev.halcyon.transformer.TokenSample;
import dev.halcyon.transformer.Weighting;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/// The engine's runs of a divergence: the split, the base's Fisher information, layers alone.
final class LocalDivergenceRun {
  private static final long NANOS_BETWEEN = 2_000_000_000L;

  private final DecoderModel base;
  private final List<DecoderModel> fineTunes;
  private final TokenizedTexts texts;
  private final DivergenceSettings settings;
  private final LocalDivergence.Extent extent;
  private final LocalDivergence.Compute compute;
  private final Console console;
  private final Optional<DiagonalProxies> proxies;
  private long said = System.nanoTime() - NANOS_BETWEEN;

  LocalDivergenceRun(
      DecoderModel base,
      List<DecoderModel> fineTunes,
      TokenizedTexts texts,
      DivergenceSettings settings,
      LocalDivergence.Extent extent,
      LocalDivergence.Compute compute,
      Console console) {
    this.base = base;
    this.fineTunes = List.copyOf(fineTunes);
    this.texts = texts;
    this.settings = settings;
    this.extent = extent;
    this.compute = compute;
    this.console = console;
    this.proxies =
        extent.fisher() ? Optional.of(new DiagonalProxies(base, fineTunes)) : Optional.empty();
  }

  /// What was found of each fine-tune.
  List<DivergenceOutcome> outcomes() throws IOException {
    DivergenceResult result =
        run(new DivergenceRequest(base, fineTunes, texts.samples(), options()), Optional.empty());
    fisher();
    List<DivergenceOutcome> outcomes = new ArrayList<>();
    for (int i = 0; i < fineTunes.size(); i++) {
      DivergenceOutcome outcome = outcome(i, result, List.of());
      outcomes.add(extent.alone() == 0 ? outcome : outcome(i, result, alone(i, outcome)));
    }
    return outcomes;
  }

  /// Shares of the base's Fisher information by tensor; empty where it is not computed.
  Map<String, Double> fisherShares() {
    return proxies.map(DiagonalProxies::shares).orElse(Map.of());
  }

  private DivergenceOptions options() {
    Set<Objective> objectives = EnumSet.noneOf(Objective.class);
    if (settings.objective().hasKl()) {
      objectives.add(Objective.KL);
    }
    if (settings.objective().hasLoss()) {
      objectives.add(Objective.LOSS);
    }
    return DivergenceOptions.standard()
        .withObjectives(objectives)
        .withNodes(settings.nodes())
        .withWeighting(weighting())
        .withDevice(compute.device())
        .withThreads(compute.threads());
  }

  private Weighting weighting() {
    return switch (settings.weighting()) {
      case SAMPLE -> Weighting.SAMPLE;
      case TOKEN -> Weighting.TOKEN;
    };
  }

  private DivergenceResult run(DivergenceRequest request, Optional<Set<String>> changed)
      throws IOException {
    DivergenceEngine engine = new DivergenceEngine();
    try {
      return changed.isPresent()
          ? engine.run(request, changed.get(), progress -> {})
          : engine.run(request, this::progressed);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e.getMessage(), e);
    }
  }

  private void progressed(DivergenceProgress progress) {
    long now = System.nanoTime();
    if (!console.quiet() && now - said >= NANOS_BETWEEN) {
      said = now;
      console
          .err()
          .printf(Locale.ROOT, "%s: %.0f %%%n", stage(progress), 100 * progress.fraction());
      console.err().flush();
    }
  }

  private static String stage(DivergenceProgress progress) {
    String of = " " + (progress.fineTune() + 1) + " of " + progress.fineTunes();
    return switch (progress.stage()) {
      case BASE -> "base";
      case MEASUREMENT -> "measuring fine-tune" + of;
      case ATTRIBUTION ->
          "attributing fine-tune"
              + of
              + ", node "
              + (progress.node() + 1)
              + " of "
              + progress.nodes();
    };
  }

  private void fisher() throws IOException {
    if (proxies.isEmpty()) {
      return;
    }
    console.err().println("Fisher information of the base");
    console.err().flush();
    FisherOptions options =
        FisherOptions.standard()
            .withLabels(Labels.SAMPLED, 42)
            .withWeighting(Weighting.TOKEN)
            .withAggregation(Aggregation.MEAN)
            .withDevice(compute.device())
            .withThreads(compute.threads());
    try {
      new FisherEngine()
          .run(new FisherRequest(base, texts.samples(), options), proxies.orElseThrow());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e.getMessage(), e);
    }
  }

  private List<Alone> alone(int fineTune, DivergenceOutcome outcome) throws IOException {
    DivergenceRollUp rollUp = new DivergenceRollUp(outcome, settings, Map.of());
    List<Alone> layers = new ArrayList<>();
    for (String layer : rollUp.largestLayers(extent.alone())) {
      console.err().println("measuring " + layer + " alone");
      console.err().flush();
      layers.add(
          new Alone(
              layer,
              measured(fineTune, outcome, tensors(layer, true)),
              measured(fineTune, outcome, tensors(layer, false))));
    }
    return layers;
  }

  private Set<String> tensors(String layer, boolean inside) {
    return base.parameters().stream()
        .map(TensorSpec::name)
        .filter(name -> DivergenceRollUp.layerOf(name).equals(layer) == inside)
        .collect(Collectors.toSet());
  }

  private List<Double> measured(int fineTune, DivergenceOutcome outcome, Set<String> changed)
      throws IOException {
    Set<String> counted =
        outcome.samples().stream()
            .map(DivergenceOutcome.Sample::sample)
            .collect(Collectors.toSet());
    List<TokenSample> samples =
        texts.samples().stream().filter(s -> counted.contains(texts.name(s.id()))).toList();
    DivergenceRequest request =
        new DivergenceRequest(
            base, List.of(fineTunes.get(fineTune)), samples, options().withObjectives(Set.of()));
    return run(request, Optional.of(changed)).fineTunes().getFirst().samples().stream()
        .map(SampleDivergence::kl)
        .toList();
  }

  private DivergenceOutcome outcome(int number, DivergenceResult result, List<Alone> alone) {
    FineTuneDivergence found = result.fineTunes().get(number);
    return new DivergenceOutcome(
        LocalDivergence.name(number),
        result.vocabulary(),
        found.samples().stream().map(this::sample).toList(),
        texts.tooShort(),
        result.leftOut().stream()
            .map(left -> new LeftOut(texts.name(left.id()), left.reason()))
            .toList(),
        found.trials().stream()
            .map(trial ->
                new Trial(
                    trial.nodes(),
                    list(trial.sums().get(Objective.KL)),
                    list(trial.sums().get(Objective.LOSS))))
            .toList(),
        found.tensors().stream().map(tensor -> tensor(number, tensor)).toList(),
        alone);
  }

  private DivergenceOutcome.Sample sample(SampleDivergence sample) {
    return new DivergenceOutcome.Sample(
        texts.name(sample.id()),
        sample.predictions(),
        sample.kl(),
        sample.reverseKl(),
        sample.baseLoss(),
        sample.lossDifference(),
        sample.changedTop());
  }

  private Tensor tensor(int fineTune, TensorDivergence tensor) {
    return new Tensor(
        tensor.name(),
        tensor.shape().dimensions(),
        tensor.baseSquares(),
        tensor.changeSquares(),
        list(tensor.attributions().get(Objective.KL)),
        list(tensor.attributions().get(Objective.LOSS)),
        proxies.map(all -> all.proxies(fineTune).get(tensor.name())).orElse(Double.NaN));
  }

  private static List<Double> list(double[] values) {
    return values == null ? List.of() : DoubleStream.of(values).boxed().toList();
  }
}
