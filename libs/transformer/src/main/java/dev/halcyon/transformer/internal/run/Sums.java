package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.Aggregation;
import dev.halcyon.transformer.FisherListener;
import dev.halcyon.transformer.ParameterFisher;
import dev.halcyon.transformer.internal.blueprint.Parameter;
import dev.halcyon.transformer.internal.torch.Scope;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/// Opens the parameters' sums and, when they are finished, hands them to the listener; or, where
/// more groups of samples follow, carries them over to the next.
final class Sums implements AutoCloseable {
  private final HostMemory memory;
  private final SampleLedger ledger;
  private final Aggregation aggregation;
  private final FisherListener listener;
  private final Map<String, Carried> carried = new HashMap<>();

  /// @param values so far
  /// @param sampleSums so far
  @SuppressWarnings("ArrayRecordComponent") // large, and never compared
  private record Carried(HostMemory.Block values, double[] sampleSums) {}

  Sums(HostMemory memory, SampleLedger ledger, Aggregation aggregation, FisherListener listener) {
    this.memory = memory;
    this.ledger = ledger;
    this.aggregation = aggregation;
    this.listener = listener;
  }

  /// A sum for a short while: in memory, as a layer's bounded share of it.
  SquareSum open(Scope scope, Parameter parameter) {
    return open(scope, parameter, memory.insist(SquareSum.bytes(parameter)));
  }

  /// A sum that lives through a whole pass over the layers: on disk where memory is short.
  SquareSum openLong(Scope scope, Parameter parameter) throws IOException {
    return open(scope, parameter, memory.allocate(SquareSum.bytes(parameter)));
  }

  private SquareSum open(Scope scope, Parameter parameter, HostMemory.Block block) {
    Carried before = carried.remove(parameter.name());
    if (before == null) {
      return new SquareSum(scope, parameter, block, new double[ledger.size()], false);
    }
    block.segment().copyFrom(before.values().segment());
    before.values().close();
    return new SquareSum(scope, parameter, block, before.sampleSums(), true);
  }

  /// A sum beyond float32 counts as not finite, since elements may then be.
  ///
  /// @throws NonFiniteGradientException where a sample's sum so far is not finite
  void requireFinite(SquareSum sum) {
    double[] sums = sum.sums().doubles();
    for (int i = 0; i < sums.length; i++) {
      if (!(sums[i] <= Float.MAX_VALUE)) {
        throw new NonFiniteGradientException(i, sum.parameter().name());
      }
    }
  }

  /// Closes a finished sum.
  ///
  /// @param last whether no more samples follow
  void finish(Scope scope, SquareSum sum, boolean last) throws IOException {
    try (sum) {
      requireFinite(sum);
      if (last) {
        publish(scope, sum);
      } else {
        carry(scope, sum);
      }
    }
  }

  private void carry(Scope scope, SquareSum sum) throws IOException {
    HostMemory.Block block = memory.allocate(SquareSum.bytes(sum.parameter()));
    block.segment().copyFrom(sum.values(scope));
    carried.put(sum.parameter().name(), new Carried(block, sum.sums().doubles()));
  }

  private void publish(Scope scope, SquareSum sum) throws IOException {
    if (aggregation == Aggregation.MEAN) {
      sum.divide(scope, ledger.counted().size());
    }
    MemorySegment values = sum.values(scope);
    double[] sampleSums = sum.sums().doubles();
    for (int i = 0; i < sampleSums.length; i++) {
      sampleSums[i] *= ledger.weight(i);
    }
    Parameter parameter = sum.parameter();
    listener.parameter(
        new ParameterFisher(parameter.name(), parameter.shape(), values.asReadOnly(), sampleSums));
  }

  @Override
  public void close() {
    carried.values().forEach(before -> before.values().close());
  }
}
