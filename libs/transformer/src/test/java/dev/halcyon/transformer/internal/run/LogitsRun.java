package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.FisherListener;
import dev.halcyon.transformer.FisherOptions;
import dev.halcyon.transformer.TokenSample;
import dev.halcyon.transformer.WeightSource;
import dev.halcyon.transformer.internal.blueprint.Blueprint;
import dev.halcyon.transformer.internal.decoder.FinalNorm;
import dev.halcyon.transformer.internal.decoder.Pack;
import dev.halcyon.transformer.internal.torch.Scope;
import dev.halcyon.transformer.internal.torch.Tensor;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// The forward pass of one sample, to the logits of all its positions.
///
/// @param blueprint of the model
/// @param weights of the model
/// @param sample that goes through
/// @param options of which device, threads, precision and budget count
public record LogitsRun(
    Blueprint blueprint, WeightSource weights, TokenSample sample, FisherOptions options) {
  private static final FisherListener NOBODY = fisher -> {};

  /// The logits [length, vocabulary].
  public float[][] run(Scope scope) throws IOException {
    List<Sequence> sequences = List.of(new Sequence(sample, sample.length()));
    RunPlan plan =
        RunPlan.of(
            blueprint,
            sequences,
            options.withActivations(dev.halcyon.transformer.ActivationMode.RECOMPUTE));
    HostMemory memory = new HostMemory(options.budget());
    try (ExecutorService readAhead =
            Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("weights-ahead").factory());
        LayerInputs inputs = new LayerInputs(memory, sample.length(), blueprint.hidden());
        KeptActivations kept = new KeptActivations()) {
      RunContext run =
          new RunContext(
              blueprint,
              new WeightReader(weights),
              readAhead,
              options,
              new SampleLedger(sequences, options.weighting()),
              memory,
              plan,
              new Meter(blueprint, plan, 1, NOBODY, () -> false));
      List<Pack> packs = new Packer(blueprint, sequences).packs(scope, List.of(0), plan.packRows());
      new ForwardPass(run, inputs, kept, true).run(scope, packs, sample.length());
      Tensor x = inputs.get(blueprint.layers().size()).get(scope, packs.getFirst());
      return logits(scope, run, x);
    }
  }

  private float[][] logits(Scope scope, RunContext run, Tensor x) throws IOException {
    float[][] logits = new float[sample.length()][blueprint.vocabulary()];
    try (HeadBlocks blocks = blocks(scope, run)) {
      Tensor hidden = finalNorm(scope, run, x);
      blocks.walk((first, weight) -> {
        try (Scope temporary = scope.open()) {
          Tensor block = temporary.torch().logits(hidden, weight, blueprint.logitCap());
          copy(block.floats(), logits, first, weight.size(0));
        }
      });
    }
    return logits;
  }

  private Tensor finalNorm(Scope scope, RunContext run, Tensor x) throws IOException {
    var parameters = blueprint.finalNorm().parameters();
    try (WeightStream stream =
            new WeightStream(run.reader(), run.readAhead(), List.of(RunContext.part(parameters)));
        WeightStream.Loaded loaded = stream.next()) {
      LoadedWeights norm = new LoadedWeights(scope, parameters, loaded, run.type());
      return new FinalNorm(blueprint.finalNorm(), norm, run.type()).forward(scope, x).output();
    }
  }

  private HeadBlocks blocks(Scope scope, RunContext run) throws IOException {
    return new HeadBlocks(
        scope,
        blueprint.headParameter(),
        SquareSum.blockRows(blueprint.headParameter()),
        run.type(),
        run.reader(),
        run.readAhead(),
        1,
        Optional.empty());
  }

  private static void copy(float[] block, float[][] logits, long first, long width) {
    for (int row = 0; row < logits.length; row++) {
      System.arraycopy(
          block, Math.toIntExact(row * width), logits[row], (int) first, Math.toIntExact(width));
    }
  }
}
