package dev.halcyon.analysis.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.halcyon.analysis.fisher.GoldenReport;
import dev.halcyon.contracts.results.FisherCheckpoint;
import dev.halcyon.contracts.results.FisherReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class FisherFilesTest {
  private static final GoldenReport GOLDEN = new GoldenReport();
  private static final FisherReport REPORT = GOLDEN.report();
  private static final Map<String, byte[]> FILES = FisherFiles.of(REPORT);

  /// Kept after the test for `tools/golden/fisher_statistics_check.py`, which reads them with
  /// pandas.
  @BeforeAll
  static void write() throws IOException {
    Path folder = Files.createDirectories(Path.of("target", "fisher-files"));
    for (Map.Entry<String, byte[]> file : FILES.entrySet()) {
      Files.write(folder.resolve(file.getKey()), file.getValue());
    }
  }

  @Test
  void theTablesHaveTheDocumentedColumns() {
    assertThat(header("fisher_layers.csv"))
        .isEqualTo("layer,elements,sum,share,share_se,mean,std,max,min");
    assertThat(header("fisher_parameters.csv"))
        .isEqualTo(
            "parameter,layer,component_type,shape,elements,sum,share,share_se,mean,std,max,min,"
                + "top_share,top_index");
    assertThat(header("fisher_samples.csv")).isEqualTo("sample,tokens,loss,fisher_sum,share");
    assertThat(header("fisher_chunks.csv"))
        .isEqualTo("component,layer,chunk,start,end,elements,sum,share");
  }

  @Test
  void aTableHasARowForEachEntry() {
    assertThat(rows("fisher_layers.csv")).hasSize(6);
    assertThat(rows("fisher_parameters.csv")).hasSize(REPORT.parameters().size());
    assertThat(rows("fisher_samples.csv")).hasSize(6);
    assertThat(rows("fisher_chunks.csv")).hasSize(7 * REPORT.components().size());
  }

  @Test
  void numbersReadBackBitForBit() {
    FisherReport.Amount amount = REPORT.parameters().get(4).amount();
    String[] cells = rows("fisher_parameters.csv").get(4).split(",", -1);

    assertThat(Double.parseDouble(cells[5])).isEqualTo(amount.sum());
    assertThat(Double.parseDouble(cells[7])).isEqualTo(amount.shareSe());
    assertThat(Double.parseDouble(cells[12])).isEqualTo(amount.topShare());
  }

  @Test
  void shapesAreSpeltWithACross() {
    assertThat(rows("fisher_parameters.csv").getFirst())
        .startsWith("model.embed_tokens.weight,embeddings,embed_tokens,96x32,3072,");
  }

  @Test
  void numbersThatAreNotDefinedAreEmptyCellsAndNullInJson() {
    Map<String, byte[]> files = FisherFiles.of(GOLDEN.reportOfZeros());

    assertThat(new String(files.get("fisher_layers.csv"), UTF_8))
        .contains("embeddings,3072,0.0,,,0.0,0.0,0.0,0.0\n");
    assertThat(json(files, "layer_importance.json").get("embeddings").isNull()).isTrue();
  }

  @Test
  void layerImportanceIsAShareForEachLayer() {
    JsonNode shares = json(FILES, "layer_importance.json");

    assertThat(shares.fieldNames())
        .toIterable()
        .containsExactly("embeddings", "layer_0", "layer_1", "layer_2", "final_norm", "lm_head");
    double sum = 0;
    for (JsonNode share : shares) {
      sum += share.doubleValue();
    }
    assertThat(sum).isCloseTo(1, within(1e-14));
  }

  @Test
  void componentImportanceIsSumAndPercentageWithTheChunks() {
    JsonNode component = json(FILES, "component_importance.json").get("layer_1.self_attn.q_proj");
    JsonNode expected = GOLDEN.expected("components").get("layer_1.self_attn.q_proj");

    assertThat(component.fieldNames())
        .toIterable()
        .containsExactly("fisher_sum", "percentage", "chunks");
    assertThat(component.get("fisher_sum").doubleValue())
        .isCloseTo(expected.get("sum").doubleValue(), within(1e-14));
    assertThat(component.get("percentage").doubleValue())
        .isCloseTo(100 * expected.get("share").doubleValue(), within(1e-12));
    assertThat(component.get("chunks")).hasSize(7);
    assertThat(component.get("chunks").get(6).fieldNames())
        .toIterable()
        .containsExactly("chunk", "start", "end", "fisher_sum", "percentage");
  }

  @Test
  void withoutChunksThereIsNoFileOfThem() {
    FisherReport report =
        new FisherReport(
            REPORT.schema(),
            REPORT.model(),
            REPORT.estimator(),
            REPORT.calibration(),
            REPORT.total(),
            REPORT.layers(),
            REPORT.components(),
            REPORT.parameters(),
            List.of(),
            REPORT.samples(),
            REPORT.unused(),
            REPORT.buffers(),
            REPORT.allowedConfigFields(),
            REPORT.warnings());

    Map<String, byte[]> files = FisherFiles.of(report);

    assertThat(files).doesNotContainKey("fisher_chunks.csv");
    assertThat(json(files, "component_importance.json").get("lm_head").fieldNames())
        .toIterable()
        .containsExactly("fisher_sum", "percentage");
  }

  @Test
  void theSummarySaysWhatWasComputedOnWhatAndWhatMattersMost() {
    JsonNode summary = json(FILES, "summary.json");

    assertThat(summary.get("total_parameters").longValue()).isEqualTo(REPORT.total().parameters());
    assertThat(summary.get("total_fisher_information").doubleValue())
        .isEqualTo(REPORT.total().sum());
    assertThat(summary.get("samples").intValue()).isEqualTo(6);
    assertThat(summary.get("tokens").intValue()).isEqualTo(175);
    assertThat(summary.get("estimator").get("labels").textValue()).isEqualTo("empirical");
    assertThat(summary.get("model_digest").textValue()).isEqualTo("a1b2");
    assertThat(summary.get("calibration_digest").textValue()).isEqualTo("c3d4");
    assertThat(summary.get("warnings")).hasSize(REPORT.warnings().size());
  }

  @Test
  void theSummarySaysWhatOfTheCheckpointHasNoPart() {
    FisherReport report =
        GOLDEN.reportOf(
            new FisherCheckpoint(
                List.of("score.weight"),
                List.of("h.0.attn.bias"),
                new TreeMap<>(Map.of("new_field", "3")),
                Optional.of("config.json says LlamaModel")));
    JsonNode summary = json(FisherFiles.of(report), "summary.json");

    assertThat(summary.get("unused"))
        .extracting(JsonNode::textValue)
        .containsExactly("score.weight");
    assertThat(summary.get("buffers"))
        .extracting(JsonNode::textValue)
        .containsExactly("h.0.attn.bias");
    assertThat(summary.get("allowed_config_fields").get("new_field").textValue()).isEqualTo("3");
    assertThat(report.warnings())
        .startsWith(
            "config.json says LlamaModel",
            "1 tensor of the checkpoint is not part of the computation: score.weight",
            "config.json says new_field is 3, which was ignored as requested");
  }

  @Test
  void theTopListsFallFromTheLargest() {
    JsonNode summary = json(FILES, "summary.json");

    assertThat(falling(summary.get("top_10_parameters"), "fisher_sum")).hasSize(10);
    assertThat(falling(summary.get("top_10_components"), "fisher_sum")).hasSize(10);
    assertThat(falling(summary.get("top_10_entries"), "value")).hasSize(10);
    assertThat(summary.get("top_10_parameters").get(0).get("fisher_sum").doubleValue())
        .isEqualTo(REPORT.parameters().stream().mapToDouble(p -> p.amount().sum()).max().orElse(0));
  }

  @Test
  void aCellThatHoldsADelimiterIsQuoted() {
    byte[] csv =
        new CsvTable("a", "b").row("x,y", 1).row("say \"hi\"", 2.5).row("two\nlines", "").bytes();

    assertThat(new String(csv, UTF_8))
        .isEqualTo("a,b\n\"x,y\",1\n\"say \"\"hi\"\"\",2.5\n\"two\nlines\",\n");
  }

  private static List<Double> falling(JsonNode list, String field) {
    List<Double> values = new java.util.ArrayList<>();
    list.forEach(entry -> values.add(entry.get(field).doubleValue()));
    assertThat(values).isSortedAccordingTo(java.util.Comparator.reverseOrder());
    return values;
  }

  private static String header(String file) {
    return lines(file).getFirst();
  }

  private static List<String> rows(String file) {
    return lines(file).subList(1, lines(file).size());
  }

  private static List<String> lines(String file) {
    return List.of(new String(FILES.get(file), UTF_8).split("\n"));
  }

  private static JsonNode json(Map<String, byte[]> files, String file) {
    try {
      return new ObjectMapper().readTree(files.get(file));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
