package dev.halcyon.hub.calibration;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.halcyon.hub.DatasetPart;
import dev.halcyon.hub.DatasetRow;
import dev.halcyon.hub.DatasetServer;
import dev.halcyon.hub.HubClient;
import dev.halcyon.hub.calibration.DatasetPreset.Languages;
import dev.halcyon.hub.repository.HubFile;
import dev.halcyon.hub.repository.RepositoryId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Calibration text from data sets on the Hub.
///
/// Text is taken as it is, line breaks and indentation included; texts outside the limits are
/// passed over, never cut.
public final class CalibrationDatasets {
  private static final List<String> TEXT_COLUMNS =
      List.of("text", "content", "code", "prompt", "question", "instruction");
  private static final String STACK_DEFAULT_LANGUAGE = "python";

  private final HubClient client;
  private final DatasetServer server;

  /// Reads through a client, which stays the caller's to close.
  public CalibrationDatasets(HubClient client) {
    this.client = requireNonNull(client, "client is null");
    this.server = new DatasetServer(client);
  }

  /// Short names, each for a data set whose place and columns are known.
  public static List<String> names() {
    return DatasetPreset.all().stream().map(DatasetPreset::shortName).toList();
  }

  /// Takes texts.
  ///
  /// @throws IllegalArgumentException where the request does not fit the data set
  /// @throws dev.halcyon.hub.HubException where it cannot be read; of a gated one the message names
  ///   the page on which to accept its terms
  public CalibrationSet load(CalibrationRequest request) throws IOException {
    Optional<DatasetPreset> preset = DatasetPreset.of(request.dataset());
    return preset.isPresent() ? load(request, preset.get()) : loadAny(request);
  }

  /// Takes texts and writes them, all or nothing: JSON lines of `{"text": …}`, or with a name that
  /// ends in `.txt` a text a line, its line breaks made blanks.
  ///
  /// @throws IllegalArgumentException where no text fits, too
  public CalibrationSummary write(CalibrationRequest request, Path output) throws IOException {
    CalibrationSet set = load(request);
    if (set.texts().isEmpty()) {
      throw new IllegalArgumentException(
          "no text fits: "
              + String.join("; ", set.summary().lines().subList(0, 2))
              + "; use other limits or another data set");
    }
    CalibrationFile.write(set.texts(), output);
    return set.summary();
  }

  private CalibrationSet load(CalibrationRequest request, DatasetPreset preset) throws IOException {
    checkLanguage(request, preset);
    TextOf text = request.textField().map(CalibrationDatasets::column).orElse(preset.text());
    if (preset.languages() == Languages.FOLDERS) {
      return loadFolder(request, preset, text);
    }
    String config = request.config().orElse(preset.config());
    String split = request.split().orElse(preset.split());
    try (RowPages pages =
        new ServerPages(client, server, preset.repository(), config, split, text.columns())) {
      return new Sampling(request, text, false)
          .run(pages, preset.repository() + " " + config + "/" + split);
    }
  }

  private static void checkLanguage(CalibrationRequest request, DatasetPreset preset) {
    boolean fits =
        request.language().isEmpty()
            || switch (preset.languages()) {
              case FOLDERS, IN_ROWS -> true;
              case PYTHON -> request.language().get().equalsIgnoreCase("python");
              case NONE -> false;
            };
    if (!fits) {
      throw new IllegalArgumentException(
          "--language "
              + request.language().get()
              + ": the data set "
              + preset.shortName()
              + (preset.languages() == Languages.PYTHON ? " holds Python only" : " knows none"));
    }
  }

  private CalibrationSet loadFolder(CalibrationRequest request, DatasetPreset preset, TextOf text)
      throws IOException {
    if (request.config().isPresent() || request.split().isPresent()) {
      throw new IllegalArgumentException(
          "--config, --split: the data set "
              + preset.shortName()
              + " has neither, but a folder for each --language");
    }
    String language = request.language().orElse(STACK_DEFAULT_LANGUAGE).toLowerCase(Locale.ROOT);
    String folder = "data/" + language + "/";
    List<HubFile> files =
        client.resolve(preset.repository(), "main").files().stream()
            .filter(file -> file.path().startsWith(folder) && file.path().endsWith(".parquet"))
            .toList();
    if (files.isEmpty()) {
      throw new IllegalArgumentException(
          "--language " + language + ": " + preset.repository() + " has no folder " + folder);
    }
    try (RowPages pages = new ParquetPages(client, files)) {
      return new Sampling(request, text, false).run(pages, preset.repository() + " " + folder);
    }
  }

  private CalibrationSet loadAny(CalibrationRequest request) throws IOException {
    RepositoryId dataset = repository(request.dataset());
    DatasetPart part = choose(dataset, request);
    TextOf text = column(textField(request, dataset, part));
    try (RowPages pages =
        new ServerPages(client, server, dataset, part.config(), part.split(), text.columns())) {
      return new Sampling(request, text, true)
          .run(pages, dataset + " " + part.config() + "/" + part.split());
    }
  }

  private static RepositoryId repository(String name) {
    if (!name.contains("/")) {
      throw new IllegalArgumentException(
          "no data set '" + name + "': give one of " + String.join(", ", names()) + " or ORG/NAME");
    }
    return RepositoryId.dataset(name);
  }

  /// The configuration and split asked for; where none are, `default` or the first, and `train` or
  /// the first.
  private DatasetPart choose(RepositoryId dataset, CalibrationRequest request) throws IOException {
    if (request.config().isPresent() && request.split().isPresent()) {
      return new DatasetPart(request.config().get(), request.split().get(), "");
    }
    List<DatasetPart> parts = server.parquet(dataset);
    String config =
        request
            .config()
            .orElseGet(
                () -> preferred(parts.stream().map(DatasetPart::config).toList(), "default"));
    List<String> splits =
        parts.stream()
            .filter(part -> part.config().equals(config))
            .map(DatasetPart::split)
            .toList();
    if (splits.isEmpty()) {
      throw noSplit(dataset, config, request.split().orElse("train"));
    }
    return new DatasetPart(config, request.split().orElseGet(() -> preferred(splits, "train")), "");
  }

  private static String preferred(List<String> names, String wanted) {
    return names.contains(wanted) ? wanted : names.stream().findFirst().orElse(wanted);
  }

  private String textField(CalibrationRequest request, RepositoryId dataset, DatasetPart part)
      throws IOException {
    if (request.textField().isPresent()) {
      return request.textField().get();
    }
    List<DatasetRow> first = server.rows(dataset, part.config(), part.split(), 0, 1).rows();
    JsonNode cells = first.isEmpty() ? null : first.getFirst().cells();
    return TEXT_COLUMNS.stream()
        .filter(name -> cells != null && cells.path(name).isTextual())
        .findFirst()
        .orElseThrow(() -> noTextField(dataset, cells));
  }

  private static IllegalArgumentException noTextField(RepositoryId dataset, JsonNode cells) {
    List<String> columns =
        cells == null ? List.of() : cells.properties().stream().map(cell -> cell.getKey()).toList();
    return new IllegalArgumentException(
        dataset
            + ": none of its columns is a known text column; select one with --text-field: "
            + String.join(", ", columns));
  }

  static IllegalArgumentException noSplit(RepositoryId dataset, String config, String split) {
    return new IllegalArgumentException(
        dataset
            + " has no configuration '"
            + config
            + "' with a split '"
            + split
            + "': see its page on the Hub for those it has");
  }

  private static TextOf column(String name) {
    return new TextOf.Columns(List.of(name), "");
  }
}
