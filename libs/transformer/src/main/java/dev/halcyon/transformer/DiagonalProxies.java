package dev.halcyon.transformer;

import dev.halcyon.tensors.Shape;
import dev.halcyon.transformer.internal.run.ChangeReader;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Computes, from the base's Fisher information as it becomes known, the figures that a divergence
/// is compared with: each tensor's sum, and `1/2 sum F delta^2` for each fine-tune. It keeps no
/// diagonal.
///
/// The sum estimates the divergence per token if labels are sampled from the model and samples are
/// weighted by tokens.
public final class DiagonalProxies implements FisherListener {
  private final List<ChangeReader> changes = new ArrayList<>();
  private final List<Map<String, Long>> elements = new ArrayList<>();
  private final List<Map<String, Double>> proxies = new ArrayList<>();
  private final Map<String, Double> sums = new LinkedHashMap<>();

  /// @param base whose Fisher information is computed
  /// @param fineTunes of it, open as long as the run
  public DiagonalProxies(DecoderModel base, List<DecoderModel> fineTunes) {
    for (DecoderModel fineTune : fineTunes) {
      changes.add(ChangeReader.of(base.alignable(), fineTune.alignable()));
      proxies.add(new HashMap<>());
      Map<String, Long> common = new HashMap<>();
      for (int i = 0; i < base.parameters().size(); i++) {
        Shape own = base.parameters().get(i).shape();
        Shape other = fineTune.parameters().get(i).shape();
        common.put(base.parameters().get(i).name(), Math.min(own.elements(), other.elements()));
      }
      elements.add(common);
    }
  }

  @Override
  public void restarted() {
    sums.clear();
    proxies.forEach(Map::clear);
  }

  @Override
  public void parameter(ParameterFisher fisher) throws IOException {
    sums.put(fisher.name(), sum(fisher.values()));
    for (int i = 0; i < changes.size(); i++) {
      long common = elements.get(i).get(fisher.name());
      double squares = changes.get(i).weightedSquares(fisher.name(), fisher.values(), common);
      proxies.get(i).put(fisher.name(), squares / 2);
    }
  }

  /// Each tensor's sum of the base's Fisher information, in the order of the backward pass.
  public Map<String, Double> sums() {
    return Collections.unmodifiableMap(sums);
  }

  /// `1/2 sum F delta^2` of each tensor.
  ///
  /// @param fineTune its number
  public Map<String, Double> proxies(int fineTune) {
    return Map.copyOf(proxies.get(fineTune));
  }

  private static double sum(MemorySegment values) {
    double sum = 0;
    for (long i = 0; i < values.byteSize() / Float.BYTES; i++) {
      sum += values.getAtIndex(ValueLayout.JAVA_FLOAT, i);
    }
    return sum;
  }
}
