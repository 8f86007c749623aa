package dev.halcyon.analysis.fisher;

import static java.util.Objects.requireNonNull;

import dev.halcyon.tensors.Shape;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// A parameter tensor and its place in a [FisherPlan].
///
/// @param name in the checkpoint
/// @param shape of the tensor
/// @param place of it in the network
/// @param runs its parts of the component's chunks, end to end; empty where none were asked for
/// @param tailEntries how many of its largest entries its layer's top share may need
public record PlannedParameter(
    String name, Shape shape, ParameterPlace place, List<ChunkRun> runs, long tailEntries) {
  public PlannedParameter {
    requireNonNull(name, "name is null");
    requireNonNull(shape, "shape is null");
    requireNonNull(place, "place is null");
    runs = List.copyOf(runs);
    if (shape.elements() > MagnitudeHistogram.MAX_ELEMENTS) {
      throw new IllegalArgumentException(
          "[%s] has %d elements, more than the %d that a scan counts"
              .formatted(name, shape.elements(), MagnitudeHistogram.MAX_ELEMENTS));
    }
  }

  public long elements() {
    return shape.elements();
  }

  void requireSize(MemorySegment entries) {
    if (entries.byteSize() != elements() * Float.BYTES) {
      throw new IllegalArgumentException(
          "[%s] %s in float32 takes %d bytes, and %d are given"
              .formatted(name, shape, elements() * Float.BYTES, entries.byteSize()));
    }
  }
}
