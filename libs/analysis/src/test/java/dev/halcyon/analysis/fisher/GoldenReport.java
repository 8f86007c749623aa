package dev.halcyon.analysis.fisher;

import com.fasterxml.jackson.databind.JsonNode;
import dev.halcyon.contracts.request.FisherEstimator;
import dev.halcyon.contracts.results.FisherCalibration;
import dev.halcyon.contracts.results.FisherCheckpoint;
import dev.halcyon.contracts.results.FisherReport;
import dev.halcyon.contracts.results.FisherSample;
import dev.halcyon.contracts.results.FisherTensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// The report of the golden model, computed as a worker and the aggregator would.
public final class GoldenReport {
  private final Golden golden = Golden.model();
  private final FisherPlan plan =
      FisherPlan.of(golden.parameters(), golden.expected().get("chunks").intValue());

  public FisherReport report() {
    return finish(added(tensors(), samples()));
  }

  /// The report of a model of whose checkpoint some has no part in the computation.
  public FisherReport reportOf(FisherCheckpoint checkpoint) {
    return finish(added(tensors(), samples()), checkpoint);
  }

  public FisherReport reportInReverse() {
    return finish(added(tensors().reversed(), samples()));
  }

  public FisherReport reportOfFirstSample() {
    List<FisherTensor> tensors =
        tensors().stream().map(t -> withSums(t, t.sampleSums().subList(0, 1))).toList();
    return finish(added(tensors, samples().subList(0, 1)));
  }

  public FisherReport reportOfZeros() {
    List<FisherTensor> tensors =
        tensors(entries -> Arena.ofAuto().allocate(entries.byteSize())).stream()
            .map(t -> withSums(t, t.sampleSums().stream().map(_ -> 0.0).toList()))
            .toList();
    return finish(added(tensors, samples()));
  }

  public FisherRollUp rollUp() {
    return new FisherRollUp(plan, samples());
  }

  public List<FisherTensor> tensors() {
    return tensors(UnaryOperator.identity());
  }

  FisherReport finish(FisherRollUp rollUp) {
    return finish(rollUp, FisherCheckpoint.whole());
  }

  private static FisherReport finish(FisherRollUp rollUp, FisherCheckpoint checkpoint) {
    return rollUp.report(
        new FisherReport.Model("tiny, \"golden\" model", "a1b2"),
        checkpoint,
        new FisherEstimator(
            FisherEstimator.Labels.EMPIRICAL,
            FisherEstimator.Weighting.SAMPLE,
            FisherEstimator.Precision.FP32,
            42,
            256,
            2),
        new FisherCalibration(
            "golden",
            "c3d4",
            1,
            2,
            List.of(new FisherCalibration.LeftOut("golden:9", "its loss is not finite"))));
  }

  public JsonNode expected(String field) {
    return golden.expected().get(field);
  }

  private FisherRollUp added(List<FisherTensor> tensors, List<FisherSample> samples) {
    FisherRollUp rollUp = new FisherRollUp(plan, samples);
    tensors.forEach(rollUp::add);
    return rollUp;
  }

  private List<FisherTensor> tensors(UnaryOperator<MemorySegment> change) {
    List<FisherTensor> tensors = new ArrayList<>();
    try (FisherScanner scanner = new FisherScanner(2)) {
      for (PlannedParameter parameter : plan.parameters()) {
        MemorySegment entries = change.apply(golden.tensor(parameter.name()));
        FisherScanner.Scanned scanned = scanner.scan(parameter, entries);
        tensors.add(
            new FisherTensor(
                parameter.name(),
                parameter.shape(),
                scanned.statistics(),
                golden.sampleSums(parameter.name()),
                scanned.chunkSums()));
      }
    }
    return tensors;
  }

  private List<FisherSample> samples() {
    List<FisherSample> samples = new ArrayList<>();
    for (JsonNode sample : expected("samples")) {
      samples.add(
          new FisherSample(
              "golden:" + (samples.size() + 1),
              sample.get("tokens").longValue(),
              sample.get("loss").doubleValue()));
    }
    return samples;
  }

  private static FisherTensor withSums(FisherTensor tensor, List<Double> sums) {
    return new FisherTensor(
        tensor.parameter(), tensor.shape(), tensor.statistics(), sums, tensor.chunkSums());
  }
}
