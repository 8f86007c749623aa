package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.DivergenceOptions;
import dev.halcyon.transformer.FineTuneDivergence;
import dev.halcyon.transformer.NodePrecision;
import dev.halcyon.transformer.SampleDivergence;
import dev.halcyon.transformer.internal.blueprint.Blueprint;
import dev.halcyon.transformer.internal.blueprint.Parameter;
import dev.halcyon.transformer.internal.decoder.Pack;
import dev.halcyon.transformer.internal.run.NodeProducts.Squares;
import dev.halcyon.transformer.internal.torch.ElementType;
import dev.halcyon.transformer.internal.torch.Scope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A fine-tune: measured against the base, then attributed.
///
/// @param base what there is of the base
/// @param reader of its weights under the base's names
record FineTunePass(BasePass base, WeightReader reader) {
  FineTuneDivergence run(Scope scope) throws IOException {
    DivergenceContext run = base.run();
    try (Scope own = scope.open();
        EmbeddedRows embedded = EmbeddedRows.of(run, reader);
        ParameterBlocks blocks = ParameterBlocks.heads(run, own, base.reader(), reader)) {
      ComparedRows compared;
      try (RowStore hidden = new HiddenStates(run).of(own, reader, embedded)) {
        compared = new OutputComparison(run, blocks).compare(own, base.hidden(), hidden);
      }
      List<SampleDivergence> samples = samples(compared);
      if (run.options().objectives().isEmpty()) {
        return new FineTuneDivergence(samples, List.of(), List.of());
      }
      embedded.subtract(own, base.embedded(), run.packs());
      BaseOutput output = new BaseOutput(base.hidden(), compared.baseLogSum());
      ElementType type = type(samples);
      Map<String, Squares> squares = squares(own, blocks);
      Quadrature quadrature =
          new Quadrature(
              run, samples, node -> node(own, node, type, embedded, output, blocks, squares));
      return quadrature.run(type == ElementType.FLOAT64);
    }
  }

  private List<SampleDivergence> samples(ComparedRows compared) {
    SampleDivergence[] samples = new SampleDivergence[base.run().samples().size()];
    for (Pack pack : base.run().packs()) {
      for (int i = 0; i < pack.samples().size(); i++) {
        int number = pack.samples().get(i);
        samples[number] = compared.sample(base.run().samples().get(number), pack, i);
      }
    }
    return Arrays.asList(samples);
  }

  private ElementType type(List<SampleDivergence> samples) {
    return switch (base.run().options().precision()) {
      case FP32 -> ElementType.FLOAT32;
      case FP64 -> ElementType.FLOAT64;
      case AUTO -> {
        double kl = samples.stream().mapToDouble(SampleDivergence::kl).average().orElse(0);
        yield kl < NodePrecision.SMALL ? ElementType.FLOAT64 : ElementType.FLOAT32;
      }
    };
  }

  private NodeProducts node(
      Scope scope,
      GaussLegendre.Node node,
      ElementType type,
      EmbeddedRows delta,
      BaseOutput output,
      ParameterBlocks blocks,
      Map<String, Squares> squares)
      throws IOException {
    DivergenceContext run = base.run();
    PathPoint point = new PathPoint(base.reader(), Optional.of(reader), node.position(), type);
    PathInputs inputs = new PathInputs(run.blueprint(), point, base.embedded(), Optional.of(delta));
    NodeProducts products =
        new NodeProducts(run.options().objectives(), run.samples().size(), squares);
    NodePass pass = new NodePass(run, point, run.plan().keptLayers(), inputs, output, products);
    for (List<Pack> group : groups()) {
      try (Scope own = scope.open()) {
        pass.run(own, group, blocks);
      }
    }
    return products;
  }

  /// Squares of the tensors outside of layers.
  private Map<String, Squares> squares(Scope scope, ParameterBlocks heads) throws IOException {
    Blueprint blueprint = base.run().blueprint();
    Map<String, Squares> squares = new HashMap<>();
    squares.put(blueprint.headName(), heads.squares());
    List<Parameter> others = new ArrayList<>();
    blueprint.positionParameter().ifPresent(others::add);
    if (!blueprint.tied()) {
      others.add(blueprint.embedding());
    }
    for (Parameter parameter : others) {
      try (ParameterBlocks blocks =
          ParameterBlocks.streamed(base.run(), scope, parameter, base.reader(), reader)) {
        squares.put(parameter.name(), blocks.squares());
      }
    }
    return squares;
  }

  /// Packs whose layer inputs are held at one time.
  private List<List<Pack>> groups() {
    DivergenceOptions options = base.run().options();
    List<List<Pack>> groups = new ArrayList<>();
    List<Pack> group = new ArrayList<>();
    long rows = 0;
    int samples = 0;
    for (Pack pack : base.run().packs()) {
      boolean full =
          rows + pack.rows() > base.run().plan().groupRows()
              || samples + pack.samples().size() > options.budget().samples();
      if (full && !group.isEmpty()) {
        groups.add(group);
        group = new ArrayList<>();
        rows = 0;
        samples = 0;
      }
      group.add(pack);
      rows += pack.rows();
      samples += pack.samples().size();
    }
    groups.add(group);
    return groups;
  }
}
