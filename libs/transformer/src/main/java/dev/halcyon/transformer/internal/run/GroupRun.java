package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.FisherListener;
import dev.halcyon.transformer.LeftOut;
import dev.halcyon.transformer.SampleLoss;
import dev.halcyon.transformer.internal.blueprint.Blueprint;
import dev.halcyon.transformer.internal.blueprint.Parameter;
import dev.halcyon.transformer.internal.decoder.Pack;
import dev.halcyon.transformer.internal.torch.Scope;
import dev.halcyon.transformer.internal.torch.Tensor;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// The whole way of a group of samples whose layer inputs are held at one time: through the layers,
/// the head, and back.
///
/// @param run what steps share
/// @param packer of the run's samples
/// @param sums of squared gradients over all groups
/// @param listener of the run
record GroupRun(RunContext run, Packer packer, Sums sums, FisherListener listener) {
  /// @param samples numbers of the group's samples
  /// @param last whether no more samples follow
  void run(Scope scope, List<Integer> samples, boolean last) throws IOException {
    Blueprint blueprint = run.blueprint();
    List<Pack> packs = packer.packs(scope, samples, run.plan().packRows());
    long rows = packs.stream().mapToLong(Pack::rows).sum();
    try (LayerInputs inputs = new LayerInputs(run.memory(), rows, blueprint.hidden());
        KeptActivations kept = new KeptActivations();
        SquareSum headSum = sums.openLong(scope, blueprint.headParameter());
        EmbeddingGradient embedding =
            new EmbeddingGradient(blueprint, run.ledger(), samples, run.memory())) {
      new ForwardPass(run, inputs, kept, false).run(scope, packs, rows);
      try (RowStore gradient =
          new RowStore(
              run.memory().allocate(RowStore.bytes(rows, blueprint.hidden())),
              blueprint.hidden())) {
        RowStore hidden = inputs.get(blueprint.layers().size());
        new HeadPass(run, sums, embedding).run(scope, packs, hidden, gradient, headSum, last);
        inputs.close(blueprint.layers().size());
        report(samples);
        if (last) {
          run.ledger().requireAny();
        }
        if (!blueprint.tied()) {
          sums.finish(scope, headSum, last);
        }
        new BackwardPass(run, sums, inputs, kept).run(scope, packs, gradient, rows, last);
        embeddings(scope, packs, gradient, embedding, headSum, last);
      }
    }
  }

  private void report(List<Integer> samples) {
    for (int number : samples) {
      long id = run.ledger().sample(number).id();
      if (run.ledger().counts(number)) {
        listener.measured(new SampleLoss(id, run.ledger().loss(number)));
      } else {
        listener.leftOut(new LeftOut(id, Optional.empty()));
      }
    }
  }

  private void embeddings(
      Scope scope,
      List<Pack> packs,
      RowStore gradient,
      EmbeddingGradient embedding,
      SquareSum headSum,
      boolean last)
      throws IOException {
    Blueprint blueprint = run.blueprint();
    if (blueprint.positionParameter().isPresent()) {
      positions(scope, packs, gradient, blueprint.positionParameter().get(), last);
    }
    try (SquareSum sum = blueprint.tied() ? headSum : sums.openLong(scope, blueprint.embedding())) {
      for (Pack pack : packs) {
        try (Scope temporary = scope.open()) {
          embedding.add(temporary, gradient.get(temporary, pack), pack, sum);
        }
      }
      sums.finish(scope, sum, last);
    }
    run.meter().embedding();
  }

  private void positions(
      Scope scope, List<Pack> packs, RowStore gradient, Parameter parameter, boolean last)
      throws IOException {
    try (SquareSum sum = sums.open(scope, parameter)) {
      for (Pack pack : packs) {
        try (Scope temporary = scope.open()) {
          Tensor dx = gradient.get(temporary, pack);
          for (int i = 0; i < pack.samples().size(); i++) {
            position(temporary, dx, pack, i, sum);
          }
        }
      }
      sums.finish(scope, sum, last);
    }
  }

  private void position(Scope scope, Tensor dx, Pack pack, int index, SquareSum sum) {
    int number = pack.samples().get(index);
    if (run.ledger().counts(number)) {
      scope
          .torch()
          .squareRows(
              sum.rows(scope, 0, sum.rows()),
              scope.torch().narrow(dx, 0, pack.start(index), pack.length(index)),
              run.ledger().weight(number),
              scope.torch().select(sum.sums(), 0, number));
    }
  }
}
