package dev.halcyon.analysis.gate;

import dev.halcyon.analysis.gate.Condition.Test;
import java.util.Set;

/// A condition on the results of a run, such as `max_distance(layer_0) > 1e-3 or
/// changed(embeddings)`. `docs/reference/fail-if.md` describes the syntax.
public final class Gate {
  private final Condition condition;

  Gate(Condition condition) {
    this.condition = condition;
  }

  /// Reads a condition.
  ///
  /// @throws InvalidGateException where the text is no condition; it says where and why
  public static Gate parse(String text) {
    return new Gate(GateParser.parse(text));
  }

  /// Refuses what a run would not compute.
  ///
  /// @param computed by the run
  /// @throws InvalidGateException that names the first such test
  public void requireOf(Set<Source> computed) {
    condition
        .tests()
        .filter(test -> !computed.contains(test.source()))
        .findFirst()
        .ifPresent(test -> {
          throw new InvalidGateException(test.column(), notComputed(test));
        });
  }

  private static String notComputed(Test test) {
    return "`%s` needs the analysis %s, which this run does not do"
        .formatted(test.text(), test.source().text());
  }

  /// Whether it holds for what a run found.
  ///
  /// @throws UnknownPlaceException where a test names a place that the models do not have
  public Verdict verdict(Evidence evidence) {
    return new Evaluation(evidence).of(condition);
  }
}
