package dev.halcyon.contracts.results;

import static java.util.Objects.requireNonNull;

import dev.halcyon.contracts.json.MayBeAbsent;
import dev.halcyon.contracts.results.FisherCalibration.LeftOut;
import dev.halcyon.contracts.store.StoredObject;
import dev.halcyon.tensors.Shape;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What a Fisher task found, as the store keeps it.
///
/// @param model whose it is: `base`, `ft1`, …
/// @param checkpoint what of it has no part in the computation
/// @param samples that count, in order
/// @param tooShort samples of fewer tokens than asked for, which were skipped
/// @param leftOut samples whose loss or gradient was not finite
/// @param tensors statistics of each parameter over all samples; empty for one range of several
/// @param partials of each parameter, for one range of several; empty for a whole model
/// @param diagonal the saved diagonal, where it was asked for
/// @param config for a diagonal that is saved as a checkpoint, its `config.json`
public record FisherOutcome(
    String model,
    @MayBeAbsent FisherCheckpoint checkpoint,
    List<FisherSample> samples,
    long tooShort,
    List<LeftOut> leftOut,
    List<FisherTensor> tensors,
    List<Partial> partials,
    Optional<SavedDiagonal> diagonal,
    Optional<StoredObject> config) {
  public FisherOutcome {
    requireNonNull(model, "model is null");
    checkpoint = checkpoint == null ? FisherCheckpoint.whole() : checkpoint;
    samples = List.copyOf(samples);
    leftOut = List.copyOf(leftOut);
    tensors = List.copyOf(tensors);
    partials = List.copyOf(partials);
    diagonal = diagonal == null ? Optional.empty() : diagonal;
    config = config == null ? Optional.empty() : config;
  }

  /// A parameter's diagonal over one range of samples.
  ///
  /// @param parameter its name in the checkpoint
  /// @param shape of it
  /// @param sampleSums for each sample that counts, in order, the sum over the tensor
  /// @param sum over the range's samples of the squared gradient, float32 little-endian, row-major
  public record Partial(String parameter, Shape shape, List<Double> sampleSums, StoredObject sum) {
    public Partial {
      requireNonNull(shape, "shape is null");
      sampleSums = List.copyOf(sampleSums);
    }
  }

  /// A saved diagonal.
  ///
  /// @param file its name among the results
  /// @param object that holds it
  /// @param companions the further files of a checkpoint
  public record SavedDiagonal(
      String file, StoredObject object, @MayBeAbsent List<SavedFile> companions) {
    public SavedDiagonal {
      companions = companions == null ? List.of() : List.copyOf(companions);
    }

    /// All its files.
    public List<SavedFile> files() {
      return Stream.concat(Stream.of(new SavedFile(file, object)), companions.stream()).toList();
    }
  }

  /// A file of a saved diagonal.
  ///
  /// @param file its name among the results
  /// @param object that holds it
  public record SavedFile(String file, StoredObject object) {}
}
