package dev.halcyon.contracts.results;

import dev.halcyon.contracts.json.MayBeAbsent;
import java.util.List;
import java.util.Optional;

/// The files of a rendering; put last, so that where it is they are all there.
///
/// @param jobId of the job
/// @param renderingId of the drawing
/// @param files without this one
/// @param notes readable sentences, such as which figure could not be drawn
public record ResultManifest(
    String jobId, String renderingId, List<ResultFile> files, @MayBeAbsent List<String> notes) {
  public ResultManifest {
    files = List.copyOf(files);
    notes = notes == null ? List.of() : List.copyOf(notes);
  }

  /// One result file.
  ///
  /// @param name in the output folder, with slashes where it is in a folder of that
  /// @param size in bytes
  /// @param sha256 of the content
  /// @param object that holds it where it is not among the rendering's own
  public record ResultFile(String name, long size, String sha256, Optional<String> object) {
    public ResultFile {
      object = object == null ? Optional.empty() : object;
    }
  }
}
