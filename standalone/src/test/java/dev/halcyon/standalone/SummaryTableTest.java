package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.job.Plan.Prefix;
import dev.halcyon.contracts.job.Plan.SkippedTensor;
import dev.halcyon.contracts.job.SkipReason;
import dev.halcyon.contracts.request.Analysis;
import dev.halcyon.contracts.request.ModelName;
import dev.halcyon.contracts.request.ModelName.Pair;
import dev.halcyon.contracts.results.Report;
import dev.halcyon.contracts.results.Report.PairSummary;
import dev.halcyon.contracts.results.Report.TensorRow;
import dev.halcyon.contracts.results.SimilarityResult;
import dev.halcyon.contracts.results.SimilarityResult.NonFinite;
import dev.halcyon.contracts.results.SimilarityResult.PairSimilarity;
import dev.halcyon.contracts.results.SimilarityResult.Quantiles;
import dev.halcyon.contracts.results.Summary;
import dev.halcyon.tensors.Shape;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SummaryTableTest {
  private static final Quantiles ONES = new Quantiles(1, 1, 1, 1, 1, 1, 1, 1);

  private final List<TensorRow> rows = new ArrayList<>();
  private final List<SkippedTensor> skipped = new ArrayList<>();
  private final List<Prefix> prefixes = new ArrayList<>();
  private Shape shape = Shape.of(4, 4);
  private long compared = 2_000;

  private void tensor(int models, String key, double distance, NonFinite... nonFinite) {
    List<PairSimilarity> pairs =
        ModelName.pairs(ModelName.all(models)).stream()
            .map(pair -> new PairSimilarity(pair.name(), 4, 1 - distance, distance, ONES, 0))
            .toList();
    rows.add(
        new TensorRow(
            key,
            OptionalInt.empty(),
            "other",
            key,
            shape,
            Optional.empty(),
            new SimilarityResult(pairs, List.of(), List.of(), List.of(nonFinite))));
  }

  private List<String> lines(int models, String... labels) {
    List<String> names = ModelName.all(models);
    List<PairSummary> summary =
        ModelName.pairs(names).stream().map(SummaryTableTest::summary).toList();
    Report report =
        new Report(
            Report.SCHEMA,
            "job",
            new Report.Request(List.of(Analysis.SIMILARITY), List.of()),
            names.stream()
                .map(name -> new Report.Model(name, "f", 1, 2_000, compared, prefixes, List.of()))
                .toList(),
            new Report.PlanCounts(rows.size(), 2_500_000_000L, skipped.size()),
            rows,
            skipped,
            summary,
            List.of(),
            List.of(),
            List.of(),
            Optional.empty(),
            new Report.Run(
                "test", "host", Instant.EPOCH, Instant.EPOCH, 2.5, 1e9, new TreeMap<>()));
    return new SummaryTable(report, labels.length == 0 ? names : List.of(labels)).lines();
  }

  private static PairSummary summary(Pair pair) {
    return new PairSummary(
        pair.name(),
        new Summary(7, 0.999999875, 0, 1, 1),
        new Summary(7, 1.25e-7, 2e-8, Double.NaN, 3e-6));
  }

  @Test
  void eachPairHasARowUnderItsLabels() {
    tensor(2, "a.weight", 1e-3);

    assertThat(lines(2, "llama", "code"))
        .contains(
            "Compared 1 tensors, 2.5 GB, in 2.5 s (1.0 GB/s).",
            "pair          mean cosine  1-cosine: mean        std  min        max  tensors",
            "llama – code  0.999999875       1.250e-07  2.000e-08    -  3.000e-06        7");
  }

  @Test
  void theMostChangedTensorsAreNamedTheMostChangedFirst() {
    for (int i = 1; i <= 9; i++) {
      tensor(2, "w" + i, i * 1e-3);
    }

    List<String> changed =
        lines(2).stream()
            .filter(line -> line.startsWith("base – ft1 ") && line.contains(" w"))
            .toList();

    assertThat(changed).hasSize(5).first().isEqualTo("base – ft1    9.000e-03  w9");
  }

  @Test
  void tensorsThatDidNotChangeAreNotAmongThem() {
    tensor(2, "same", 0);

    assertThat(lines(2))
        .contains("No tensor changed its direction.")
        .noneMatch(line -> line.contains("same"));
  }

  @Test
  void howMuchOfEachModelWasComparedIsSaidUnlessItWasAll() {
    tensor(2, "a.weight", 0);
    assertThat(lines(2)).noneMatch(line -> line.startsWith("Of "));
    compared = 1_999;

    assertThat(lines(2, "llama", "code"))
        .contains(
            "Of llama, 1.999 kB of 2.000 kB were compared (99.9 %).",
            "Of code, 1.999 kB of 2.000 kB were compared (99.9 %).",
            "No tensor that was compared changed its direction; others were not compared.")
        .doesNotContain("No tensor changed its direction.");
  }

  @Test
  void ofVectorsAloneNoMeanIsGiven() {
    shape = Shape.of(4);
    compared = 10;
    tensor(2, "model.norm.weight", 0);

    assertThat(lines(2))
        .anyMatch(line -> line.startsWith("Only vectors (norms, biases) were compared"))
        .noneMatch(line -> line.contains("mean cosine") || line.contains("changed its direction"));
  }

  @Test
  void prefixesThatWereTakenOffAreNamed() {
    tensor(2, "a.weight", 1e-3);
    prefixes.add(new Prefix("transformer.", ""));
    prefixes.add(new Prefix("model.language_model.", "model."));
    prefixes.add(new Prefix("", "module."));

    assertThat(lines(2, "llama", "code"))
        .contains(
            "Names of code are read without their prefix transformer.",
            "Names of code that begin with model.language_model. are read with model. in its"
                + " place.",
            "Names of code are read with module. before them.");
  }

  @Test
  void ofVeryManyPairsThoseWithTheBaseAreShown() {
    tensor(12, "a.weight", 1e-3);

    List<String> lines = lines(12);

    assertThat(lines).noneMatch(line -> line.startsWith("ft1 – ft2"));
    assertThat(lines).contains("and 55 pairs of fine-tunes; similarity_results.csv has them all");
  }

  @Test
  void whatWasNotComparedIsListedByReason() {
    tensor(2, "a.weight", 1e-3, new NonFinite("ft1", 3));
    for (int i = 0; i < 5; i++) {
      skipped.add(new SkippedTensor("b" + i, List.of("ft1"), SkipReason.MISSING, "not in ft1"));
    }

    assertThat(lines(2, "llama", "code"))
        .contains(
            "Warning: a.weight of code holds 3 infinite or undefined values: its statistics are"
                + " empty.",
            "Not compared, or not for every pair: 5 tensors.",
            "  not in ft1: b0, b1, b2, … (5)");
  }
}
