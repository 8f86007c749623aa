package dev.halcyon.contracts.store;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.Shape;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// One model's copy of a tensor.
///
/// @param model `base`, `ft1`, …
/// @param value how its elements are made of stored ones, and where those are
public record TensorCopy(String model, TensorValue value) {
  public TensorCopy {
    requireNonNull(model, "model is null");
    requireNonNull(value, "value is null");
  }

  /// A copy whose elements are those that are stored.
  public static TensorCopy plain(String model, StoredTensor elements) {
    return new TensorCopy(model, new TensorValue.Plain(elements));
  }

  /// Type of its elements.
  public DType dtype() {
    return value.dtype();
  }

  public Shape shape() {
    return value.shape();
  }

  /// Bytes that a reader of it reads.
  public long bytes() {
    return value.bytes();
  }

  /// The same for a reader that needs the elements, though they may be known to be the base's.
  public TensorCopy read() {
    return value instanceof TensorValue.Unchanged(TensorValue weight)
        ? new TensorCopy(model, weight)
        : this;
  }

  /// What a reader of it reads.
  public List<StoredTensor> stored() {
    return value.stored();
  }

  /// Where the bytes of a tensor, or of a file beside the tensors, are.
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "in")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = InFile.class, name = "file"),
    @JsonSubTypes.Type(value = InStore.class, name = "store")
  })
  public sealed interface Location permits InFile, InStore {}

  /// In a file that the worker sees too, in place.
  ///
  /// @param path absolute
  /// @param offset of the first byte
  /// @param size of the file when the job was planned
  /// @param modified time of the file when the job was planned; a worker that finds another refuses
  ///   it
  public record InFile(String path, long offset, long size, Instant modified) implements Location {}

  /// In the object store, an object of its own that holds the whole tensor or file.
  ///
  /// @param key of the object
  /// @param origin from where it is downloaded; empty if it was stored by other means
  public record InStore(String key, Optional<HubRange> origin) implements Location {
    public InStore {
      origin = origin == null ? Optional.empty() : origin;
    }
  }

  /// Bytes of a tensor, or of a whole file, on the Hub.
  ///
  /// @param repository as `org/name`
  /// @param commit of it
  /// @param file inside the repository
  /// @param fileSize in bytes
  /// @param offset of the first byte in the file
  /// @param bytes of the whole tensor
  /// @param sha256 of the bytes, where they are a whole file that the Hub lists one for
  public record HubRange(
      String repository,
      String commit,
      String file,
      long fileSize,
      long offset,
      long bytes,
      Optional<String> sha256) {
    public HubRange {
      sha256 = sha256 == null ? Optional.empty() : sha256;
    }
  }
}
