package dev.halcyon.analysis.fisher;

import dev.halcyon.analysis.names.TensorName;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The order of a model's parameters in reports, and the bounds of the chunks of its components. It
/// follows from names and shapes alone.
///
/// A component's tensors are flattened and concatenated, weights before biases, and divided into
/// chunks. Of `E` elements in `N` chunks, chunk `k` has the elements from `floor(k E / N)`
/// (inclusive) to `floor((k + 1) E / N)` (exclusive), so lengths differ by at most one element.
public final class FisherPlan {
  /// In the order of a forward pass, a bias after its weight.
  private static final Comparator<FisherParameter> REPORT_ORDER =
      Comparator.comparing(parameter -> TensorName.parse(parameter.name()));

  private final Map<String, PlannedParameter> parameters;
  private final int chunks;

  private FisherPlan(Map<String, PlannedParameter> parameters, int chunks) {
    this.parameters = parameters;
    this.chunks = chunks;
  }

  /// Plans a model.
  ///
  /// @param parameters its tensors, in any order
  /// @param chunks runs that each component is cut into; 0 for none
  /// @throws IllegalArgumentException where two parameters have one name, or `chunks` is negative
  public static FisherPlan of(List<FisherParameter> parameters, int chunks) {
    if (chunks < 0) {
      throw new IllegalArgumentException("a component cannot be cut into " + chunks + " chunks");
    }
    Map<String, Long> layers = sizes(parameters, FisherPlan::layer);
    Map<String, Long> components = sizes(parameters, FisherPlan::component);
    Map<String, Long> offsets = new LinkedHashMap<>();
    Map<String, PlannedParameter> planned = new LinkedHashMap<>();
    for (FisherParameter parameter : parameters.stream().sorted(REPORT_ORDER).toList()) {
      long elements = parameter.shape().elements();
      long end = offsets.merge(component(parameter), elements, Long::sum);
      var cutter = new ChunkCutter(components.get(component(parameter)), chunks);
      List<ChunkRun> runs = cutter.runs(end - elements, end);
      long tail = TopShare.entries(layers.get(layer(parameter)));
      if (planned.put(parameter.name(), planned(parameter, runs, tail)) != null) {
        throw new IllegalArgumentException("two parameters are called " + parameter.name());
      }
    }
    return new FisherPlan(planned, chunks);
  }

  /// All parameters, in the order of a forward pass.
  public List<PlannedParameter> parameters() {
    return List.copyOf(parameters.values());
  }

  /// The parameter of that name.
  ///
  /// @throws IllegalArgumentException where none was planned
  public PlannedParameter parameter(String name) {
    PlannedParameter parameter = parameters.get(name);
    if (parameter == null) {
      throw new IllegalArgumentException("no parameter " + name + " was planned");
    }
    return parameter;
  }

  int chunks() {
    return chunks;
  }

  private static PlannedParameter planned(
      FisherParameter parameter, List<ChunkRun> runs, long tailEntries) {
    return new PlannedParameter(
        parameter.name(), parameter.shape(), place(parameter), runs, tailEntries);
  }

  private static Map<String, Long> sizes(
      List<FisherParameter> parameters, Function<FisherParameter, String> group) {
    return parameters.stream()
        .collect(Collectors.groupingBy(group, Collectors.summingLong(p -> p.shape().elements())));
  }

  private static String layer(FisherParameter parameter) {
    return place(parameter).layer();
  }

  private static String component(FisherParameter parameter) {
    return place(parameter).component();
  }

  private static ParameterPlace place(FisherParameter parameter) {
    return ParameterPlace.of(TensorName.parse(parameter.name()));
  }
}
