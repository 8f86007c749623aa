package dev.halcyon.analysis.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Locale.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.analysis.fixture.MadeUpReport;
import dev.halcyon.contracts.results.Report;
import dev.halcyon.contracts.results.SimilarityResult.NonFinite;
import dev.halcyon.contracts.results.SimilarityResult.PairSimilarity;
import dev.halcyon.contracts.results.SimilarityResult.Quantiles;
import dev.halcyon.contracts.results.SimilarityResult.TaskVectorPair;
import dev.halcyon.contracts.results.SimilarityResult.TaskVectorStatistics;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SimilarityCsvTest {
  private static final String Q = "model.layers.3.self_attn.q_proj.weight";

  private static List<String> lines(Report report) {
    return new String(SimilarityCsv.of(report), UTF_8).lines().toList();
  }

  /// A line without quotes, as cells by column.
  private static Map<String, String> cells(Report report, int row) {
    String[] names = lines(report).getFirst().split(",", -1);
    String[] values = lines(report).get(1 + row).split(",", -1);
    assertThat(values).hasSameSizeAs(names);
    Map<String, String> cells = new HashMap<>();
    for (int i = 0; i < names.length; i++) {
      cells.put(names[i], values[i]);
    }
    return cells;
  }

  @Test
  void columnsOfTwoFineTunesAreThoseThatScriptsExpect() {
    assertThat(lines(new MadeUpReport(3).tensor(Q, 4L, 4L).report()).getFirst())
        .isEqualTo(
            "tensor_key,layer,component_type,base_vs_ft1,base_vs_ft2,ft1_vs_ft2,tensor_shape,"
                + quantiles("base_vs_ft1")
                + quantiles("base_vs_ft2")
                + quantiles("ft1_vs_ft2")
                + changes("ft1")
                + changes("ft2")
                + "ft1_vs_ft2_task_cosine,ft1_vs_ft2_sign_conflict,"
                + "base_non_finite,ft1_non_finite,ft2_non_finite,note");
  }

  private static String quantiles(String pair) {
    return suffixed(pair, "distance min p01 p05 p25 p50 p75 p95 max zero_columns");
  }

  private static String changes(String model) {
    return suffixed(model, "relative_change identical mean std min max");
  }

  private static String suffixed(String name, String suffixes) {
    StringBuilder columns = new StringBuilder();
    for (String suffix : suffixes.split(" ", -1)) {
      columns.append(name).append('_').append(suffix).append(',');
    }
    return columns.toString();
  }

  @Test
  void everyStatisticHasAColumn() {
    assertColumns("base_vs_ft1", PairSimilarity.class, "pair", "columns", "cosine", "quantiles");
    assertColumns("base_vs_ft1", Quantiles.class);
    assertColumns("ft1", TaskVectorStatistics.class, "model");
    assertColumns("ft1_vs_ft2_task", TaskVectorPair.class, "pair", "signConflict");
    assertColumns("ft1_vs_ft2", TaskVectorPair.class, "pair", "cosine");
  }

  /// @param others components of the record that have no column of their own
  private static void assertColumns(String prefix, Class<?> statistics, String... others) {
    String header = lines(new MadeUpReport(3).tensor(Q, 4L, 4L).report()).getFirst();
    assertThat(header.split(",", -1))
        .containsAll(
            Arrays.stream(statistics.getRecordComponents())
                .map(RecordComponent::getName)
                .filter(name -> !List.of(others).contains(name))
                .map(name -> prefix + "_" + name.replaceAll("([A-Z])", "_$1").toLowerCase(ROOT))
                .toList());
  }

  @Test
  void pairsOfMoreFineTunesFollowTheSameNaming() {
    assertThat(lines(new MadeUpReport(4).tensor(Q, 4L, 4L).report()).getFirst())
        .startsWith(
            "tensor_key,layer,component_type,base_vs_ft1,base_vs_ft2,base_vs_ft3,"
                + "ft1_vs_ft2,ft1_vs_ft3,ft2_vs_ft3,tensor_shape,");
    assertThat(lines(new MadeUpReport(2).tensor(Q, 4L, 4L).report()).getFirst())
        .startsWith("tensor_key,layer,component_type,base_vs_ft1,tensor_shape,")
        .doesNotContain("task_cosine");
  }

  @Test
  void everyNumberIsInItsColumnToTheLastDigit() {
    Report report = new MadeUpReport(3).tensor(Q, 576L, 1536L).report();

    Map<String, String> cells = cells(report, 0);

    assertThat(cells)
        .containsEntry("tensor_key", Q)
        .containsEntry("layer", "3")
        .containsEntry("component_type", "self_attn.q_proj")
        .containsEntry("tensor_shape", "576x1536");
    var found = report.results().getFirst().similarity();
    for (PairSimilarity pair : found.pairs()) {
      String name = pair.pair();
      assertNumber(cells, name, pair.cosine());
      assertNumber(cells, name + "_distance", pair.distance());
      assertNumber(cells, name + "_min", pair.quantiles().min());
      assertNumber(cells, name + "_p01", pair.quantiles().p01());
      assertNumber(cells, name + "_p05", pair.quantiles().p05());
      assertNumber(cells, name + "_p25", pair.quantiles().p25());
      assertNumber(cells, name + "_p50", pair.quantiles().p50());
      assertNumber(cells, name + "_p75", pair.quantiles().p75());
      assertNumber(cells, name + "_p95", pair.quantiles().p95());
      assertNumber(cells, name + "_max", pair.quantiles().max());
      assertThat(cells).containsEntry(name + "_zero_columns", "3");
    }
    for (TaskVectorStatistics change : found.changes()) {
      String name = change.model();
      assertNumber(cells, name + "_relative_change", change.relativeChange());
      assertNumber(cells, name + "_identical", change.identical());
      assertNumber(cells, name + "_mean", change.mean());
      assertNumber(cells, name + "_std", change.std());
      assertNumber(cells, name + "_min", change.min());
      assertNumber(cells, name + "_max", change.max());
    }
    TaskVectorPair tasks = found.changePairs().getFirst();
    assertNumber(cells, "ft1_vs_ft2_task_cosine", tasks.cosine());
    assertNumber(cells, "ft1_vs_ft2_sign_conflict", tasks.signConflict());
  }

  private static void assertNumber(Map<String, String> cells, String column, double expected) {
    assertThat(Double.parseDouble(cells.get(column))).as(column).isEqualTo(expected);
  }

  @Test
  void tensorsOutsideTheLayersHaveNoLayer() {
    Report report =
        new MadeUpReport(2).tensor("model.embed_tokens.weight", 9L, 4L).tensor("scale").report();

    assertThat(cells(report, 0))
        .containsEntry("layer", "")
        .containsEntry("component_type", "embed_tokens");
    assertThat(cells(report, 1)).containsEntry("tensor_shape", "scalar");
  }

  @Test
  void aBiasHasARowOfItsOwn() {
    Report report =
        new MadeUpReport(2).tensor(Q, 4L, 4L).tensor(Q.replace("weight", "bias"), 4L).report();

    assertThat(cells(report, 1))
        .containsEntry("component_type", "self_attn.q_proj.bias")
        .containsEntry("tensor_shape", "4");
  }

  @Test
  void whatIsNotDefinedIsEmpty() {
    Report withoutBase =
        new MadeUpReport(3).tensor(Q, List.of("ft1", "ft2"), List.of(), 4L, 4L).report();
    Report broken =
        new MadeUpReport(2)
            .tensor(Q, List.of("base", "ft1"), List.of(new NonFinite("ft1", 5)), 4L, 4L)
            .report();

    assertThat(cells(withoutBase, 0))
        .containsEntry("base_vs_ft1", "")
        .containsEntry("base_vs_ft1_zero_columns", "")
        .containsEntry("ft1_relative_change", "")
        .containsEntry("ft1_vs_ft2_task_cosine", "")
        .doesNotContainEntry("ft1_vs_ft2", "");
    assertThat(cells(broken, 0))
        .containsEntry("base_vs_ft1", "")
        .containsEntry("base_vs_ft1_distance", "")
        .containsEntry("ft1_non_finite", "5")
        .containsEntry("base_non_finite", "0");
  }

  @Test
  void namesThatHoldSeparatorsAreQuoted() {
    Report report = new MadeUpReport(2).tensor("a,b \"c\"", 4L, 4L).report();

    assertThat(lines(report).get(1)).startsWith("\"a,b \"\"c\"\"\",,\"a,b \"\"c\"\"\",");
  }

  @Test
  void linesEndWithANewlineAlone() {
    String csv = new String(SimilarityCsv.of(new MadeUpReport(2).tensor(Q, 4L).report()), UTF_8);

    assertThat(csv).endsWith("\n").doesNotContain("\r");
  }

  @Test
  void theReferenceNamesEveryColumn() throws IOException {
    String reference = Files.readString(Path.of("../../docs/reference/similarity-files.md"));
    String header = lines(new MadeUpReport(3).tensor(Q, 4L, 4L).report()).getFirst();

    assertThat(Arrays.stream(header.split(",", -1)).map(SimilarityCsvTest::asDocumented).distinct())
        .filteredOn(column -> !column.matches("P_p(01|05|25|50|75|95)"))
        .contains("P_distance", "K_std", "M_non_finite")
        .allSatisfy(column -> assertThat(reference).contains("`" + column + "`"));
  }

  private static String asDocumented(String column) {
    return column
        .replaceFirst("^(base|ft\\d)_non_finite", "M_non_finite")
        .replaceFirst("^(base|ft\\d)_vs_ft\\d", "P")
        .replaceFirst("^ft\\d_", "K_");
  }
}
