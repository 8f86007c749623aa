package dev.halcyon.hub.calibration;

import dev.halcyon.hub.repository.RepositoryId;
import java.util.List;
import java.util.Optional;

/// A data set that is known by a short name.
///
/// @param shortName as users write it
/// @param repository on the Hub
/// @param config its configuration
/// @param split of the configuration
/// @param text how a row becomes a text
/// @param languages how it tells programming languages apart
record DatasetPreset(
    String shortName,
    RepositoryId repository,
    String config,
    String split,
    TextOf text,
    Languages languages) {
  private static final List<DatasetPreset> ALL =
      List.of(
          new DatasetPreset(
              "codeparrot",
              RepositoryId.dataset("codeparrot/codeparrot-clean"),
              "default",
              "train",
              new TextOf.Columns(List.of("content"), ""),
              Languages.PYTHON),
          new DatasetPreset(
              "the-stack",
              RepositoryId.dataset("bigcode/the-stack"),
              "default",
              "train",
              new TextOf.Columns(List.of("content"), ""),
              Languages.FOLDERS),
          new DatasetPreset(
              "humaneval",
              RepositoryId.dataset("openai/openai_humaneval"),
              "openai_humaneval",
              "test",
              new TextOf.Columns(List.of("prompt", "canonical_solution"), ""),
              Languages.PYTHON),
          new DatasetPreset(
              "code-contests",
              RepositoryId.dataset("deepmind/code_contests"),
              "default",
              "train",
              new TextOf.FirstSolution("solutions", "python"),
              Languages.IN_ROWS),
          new DatasetPreset(
              "code-alpaca",
              RepositoryId.dataset("sahil2801/CodeAlpaca-20k"),
              "default",
              "train",
              new TextOf.Columns(List.of("instruction", "input", "output"), "\n\n"),
              Languages.NONE),
          new DatasetPreset(
              "gsm8k",
              RepositoryId.dataset("openai/gsm8k"),
              "main",
              "train",
              new TextOf.Columns(List.of("question", "answer"), "\n"),
              Languages.NONE));

  /// How a data set tells programming languages apart.
  enum Languages {
    /// It holds Python only.
    PYTHON,
    /// Each has a folder of Parquet files, `data/<language>`, in the main branch.
    FOLDERS,
    /// The text's reading chooses.
    IN_ROWS,
    /// It does not.
    NONE
  }

  static List<DatasetPreset> all() {
    return ALL;
  }

  static Optional<DatasetPreset> of(String name) {
    return ALL.stream().filter(preset -> preset.shortName.equals(name)).findFirst();
  }
}
