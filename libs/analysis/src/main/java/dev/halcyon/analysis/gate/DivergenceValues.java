package dev.halcyon.analysis.gate;

import dev.halcyon.contracts.results.DivergenceReport;
import dev.halcyon.contracts.results.DivergenceReport.FineTune;
import dev.halcyon.contracts.results.DivergenceReport.Part;
import java.util.List;

/// Quantities of a divergence.
final class DivergenceValues {
  private final Evidence evidence;

  DivergenceValues(Evidence evidence) {
    this.evidence = evidence;
  }

  /// @throws UnknownPlaceException where no tensor of the base is there
  Value of(Quantity quantity, Place place) {
    List<FineTune> fineTunes = report().fineTunes();
    Value largest = value(quantity, place, 0);
    for (int i = 1; i < fineTunes.size(); i++) {
      largest = largest.or(value(quantity, place, i));
    }
    return largest;
  }

  private DivergenceReport report() {
    return evidence.divergence().orElseThrow();
  }

  private Value value(Quantity quantity, Place place, int number) {
    FineTune fineTune = report().fineTunes().get(number);
    String label = evidence.labels().get(number + 1);
    double value = number(quantity, place, fineTune);
    return Double.isNaN(value)
        ? Value.undefined("not defined for " + label)
        : Value.of(value, label);
  }

  private static double number(Quantity quantity, Place place, FineTune fineTune) {
    return switch (quantity) {
      case KL -> place.isAll() ? fineTune.measured().kl().value() : attributed(place, fineTune);
      case REVERSE_KL -> fineTune.measured().reverseKl().value();
      case LOSS_DIFFERENCE -> fineTune.measured().lossDifference().value();
      case CHANGED_TOP -> fineTune.measured().changedTop().value();
      case MAX_DISTANCE, MEAN_DISTANCE, MAX_RELATIVE_CHANGE, SKIPPED ->
          throw new IllegalArgumentException(quantity + " is not of divergence");
    };
  }

  private static double attributed(Place place, FineTune fineTune) {
    List<Part> parts =
        fineTune.tensors().stream().filter(tensor -> place.holds(tensor.name())).toList();
    if (parts.isEmpty()) {
      throw new UnknownPlaceException(
          "no tensor of the base is in %s; its layers are %s"
              .formatted(
                  place.name(),
                  String.join(", ", fineTune.layers().stream().map(Part::name).toList())));
    }
    return parts.stream().mapToDouble(part -> part.attribution().value()).sum();
  }
}
