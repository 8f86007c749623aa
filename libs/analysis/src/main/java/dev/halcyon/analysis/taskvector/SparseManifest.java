package dev.halcyon.analysis.taskvector;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Optional;

/// What a sparse task vector restores, and of what.
///
/// @param schema version of this record, 1
/// @param base as the user named it
/// @param fineTune as the user named it
/// @param files of weights
/// @param others small files beside them, as they are
record SparseManifest(
    int schema, String base, String fineTune, List<WeightFile> files, List<OtherFile> others) {
  static final int SCHEMA = 1;

  /// Entry of the safetensors file that holds this record as JSON.
  static final String ENTRY = "manifest";

  static final String HEADER = "header/";
  static final String OTHER = "other/";
  static final String WHOLE = "whole/";
  static final String INDICES = "indices/";
  static final String VALUES = "values/";

  SparseManifest {
    files = List.copyOf(files);
    others = List.copyOf(others);
  }

  /// A safetensors file.
  ///
  /// @param name of it
  /// @param size in bytes
  /// @param sha256 of all of it
  /// @param tensors in the order of their bytes
  record WeightFile(String name, long size, String sha256, List<Part> tensors) {
    WeightFile {
      tensors = List.copyOf(tensors);
    }
  }

  /// How a tensor is stored.
  enum Kind {
    /// Not at all: it is the base's.
    @JsonProperty("same")
    SAME,
    /// By the positions and the new values of the elements that differ.
    @JsonProperty("sparse")
    SPARSE,
    /// Whole.
    @JsonProperty("whole")
    WHOLE
  }

  /// A tensor.
  ///
  /// @param tensor its name in the fine-tune
  /// @param kind how it is stored
  /// @param base its name in the base, unless it is stored whole
  /// @param entry what follows `whole/`, or `indices/` and `values/`, in its entries' names; empty
  ///   where it has none
  record Part(String tensor, Kind kind, Optional<String> base, String entry) {}

  /// A file that is restored as it is.
  record OtherFile(String name, long size, String sha256) {}
}
