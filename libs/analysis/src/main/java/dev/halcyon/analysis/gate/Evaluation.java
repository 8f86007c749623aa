package dev.halcyon.analysis.gate;

import dev.halcyon.analysis.gate.Condition.And;
import dev.halcyon.analysis.gate.Condition.Changed;
import dev.halcyon.analysis.gate.Condition.Comparison;
import dev.halcyon.analysis.gate.Condition.Not;
import dev.halcyon.analysis.gate.Condition.Or;
import dev.halcyon.analysis.gate.Verdict.Reason;
import java.util.List;

/// Decides conditions by what a run found.
final class Evaluation {
  private final SimilarityValues similarity;
  private final DivergenceValues divergence;

  Evaluation(Evidence evidence) {
    this.similarity = new SimilarityValues(evidence);
    this.divergence = new DivergenceValues(evidence);
  }

  Verdict of(Condition condition) {
    return switch (condition) {
      case Or(List<Condition> parts) -> joined(parts, Truth.HOLDS);
      case And(List<Condition> parts) -> joined(parts, Truth.DOES_NOT_HOLD);
      case Not(Condition part) -> negated(of(part));
      case Changed changed -> changed(changed);
      case Comparison comparison -> comparison(comparison);
    };
  }

  /// One part that is decisive decides; all others together have the opposite say. The reasons are
  /// those of the parts that have the whole's truth.
  private Verdict joined(List<Condition> parts, Truth decisive) {
    List<Verdict> verdicts = parts.stream().map(this::of).toList();
    Truth truth =
        has(verdicts, decisive)
            ? decisive
            : has(verdicts, Truth.UNDECIDED) ? Truth.UNDECIDED : decisive.negated();
    return new Verdict(
        truth,
        verdicts.stream()
            .filter(verdict -> verdict.truth() == truth)
            .flatMap(verdict -> verdict.reasons().stream())
            .toList());
  }

  private static boolean has(List<Verdict> verdicts, Truth truth) {
    return verdicts.stream().anyMatch(verdict -> verdict.truth() == truth);
  }

  private static Verdict negated(Verdict verdict) {
    return new Verdict(verdict.truth().negated(), verdict.reasons());
  }

  private Verdict changed(Changed changed) {
    Value elements = similarity.changed(changed.place());
    Truth truth = elements.compare(Operator.GREATER, 0);
    String found =
        switch (truth) {
          case HOLDS -> elements.whose();
          case DOES_NOT_HOLD -> "no element differs";
          case UNDECIDED -> elements.gap().orElseThrow();
        };
    return new Verdict(truth, List.of(new Reason(changed.text(), truth, found)));
  }

  private Verdict comparison(Comparison comparison) {
    Value value =
        switch (comparison.source()) {
          case SIMILARITY -> similarity.of(comparison.quantity(), comparison.place());
          case DIVERGENCE -> divergence.of(comparison.quantity(), comparison.place());
        };
    Truth truth = value.compare(comparison.operator(), comparison.bound());
    return new Verdict(truth, List.of(new Reason(comparison.text(), truth, value.text(truth))));
  }
}
