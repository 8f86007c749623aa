package dev.halcyon.standalone;

import dev.halcyon.analysis.gate.Gate;
import dev.halcyon.analysis.gate.InvalidGateException;
import dev.halcyon.analysis.gate.Source;
import dev.halcyon.contracts.request.Analysis;
import dev.halcyon.contracts.request.CompareRequest;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `--fail-if`, for commands that end with a report.
final class FailIfOption {
  private static final String NAME = "--fail-if";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = NAME,
      paramLabel = "EXPR",
      description =
          "Ends with exit code 5 if this condition holds for the results, which are still written:"
              + " max_distance(layer_0) > 1e-3 or changed(embeddings). docs/reference/fail-if.md"
              + " has all quantities.")
  private String expression;

  /// The gate for a request's results; empty where none is asked for.
  ///
  /// @throws ParameterException where it is not written as it should be, or asks for what the
  ///   request does not compute
  Optional<FailIf> of(CompareRequest request) {
    if (expression == null) {
      return Optional.empty();
    }
    try {
      Gate gate = Gate.parse(expression);
      gate.requireOf(sources(request));
      return Optional.of(new FailIf(gate, request.labels()));
    } catch (InvalidGateException e) {
      throw new ParameterException(spec.commandLine(), NAME + ", " + e.getMessage(), e);
    }
  }

  private static Set<Source> sources(CompareRequest request) {
    Set<Source> sources = EnumSet.noneOf(Source.class);
    if (request.analyses().contains(Analysis.SIMILARITY)) {
      sources.add(Source.SIMILARITY);
    }
    if (request.analyses().contains(Analysis.DIVERGENCE)) {
      sources.add(Source.DIVERGENCE);
    }
    return sources;
  }
}
