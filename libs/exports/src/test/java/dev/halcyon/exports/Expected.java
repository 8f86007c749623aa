package dev.halcyon.exports;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.halcyon.contracts.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Results of the bundled models cut to two layers, and what `tools/golden/exports_golden.py` says
/// is to be chosen of them.
///
/// @param scores by tensor
/// @param quarter the tensors of the largest scores that hold a quarter of the elements
/// @param halfOfLinear likewise half of those of linear layers
/// @param linearAboveAverage linear layers' matrices with a score of 1 or more
/// @param ranks of LoRA adapters
record Expected(
    Map<String, Double> scores,
    List<String> quarter,
    List<String> halfOfLinear,
    List<String> linearAboveAverage,
    Map<String, Integer> ranks) {
  private record All(
      Expected fisher, Expected attribution, Expected change, Map<String, List<Float>> columns) {}

  static Expected of(Quantity by) {
    All all = all();
    return switch (by) {
      case FISHER -> all.fisher();
      case ATTRIBUTION -> all.attribution();
      case CHANGE -> all.change();
    };
  }

  /// Sums over the rows of the saved diagonal.
  static Map<String, List<Float>> columns() {
    return all().columns();
  }

  private static All all() {
    try (InputStream file = Expected.class.getResourceAsStream("expected.json")) {
      return Json.read(file.readAllBytes(), All.class);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static Results results(String folder) throws Exception {
    URI report = Expected.class.getResource(folder + "/report.json").toURI();
    return ResultsReader.read(Path.of(report).getParent());
  }

  /// Of the results that hold the quantity: the base's Fisher information, attributions of `ft1`,
  /// changes of `ft2`.
  static Ranking ranking(Quantity by) throws Exception {
    return switch (by) {
      case FISHER -> new Scores(results("fisher")).rank(by);
      case ATTRIBUTION -> new Scores(results("divergence")).rank(by);
      case CHANGE -> new Scores(results("compare")).rank(by, "ft2");
    };
  }

  static Export export(Quantity by, Optional<Rule> rule) throws Exception {
    String folder =
        switch (by) {
          case FISHER -> "fisher";
          case ATTRIBUTION -> "divergence";
          case CHANGE -> "compare";
        };
    return new Export(results(folder), ranking(by), rule, "halcyon export", "1.2.3");
  }

  static Map<String, Object> json(ExportedFile file) {
    return Json.read(file.content(), new TypeReference<Map<String, Object>>() {});
  }
}
