package dev.halcyon.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.halcyon.contracts.job.SkipReason;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.results.DivergenceReport;
import dev.halcyon.contracts.results.Report;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class ReportPageTest {
  private static final List<String> LABELS = List.of("base", "python", "bible");
  private static final int LIMIT = 2_000_000;

  @Test
  void aggregatesAreTheReportsOwn() throws IOException {
    Report report = MadeUpReports.decoder(3, 3).report();
    JsonNode data = data(new ReportContent(report, LABELS));
    JsonNode json = new ObjectMapper().readTree(Json.bytes(report));

    assertThat(data.get("summary")).isEqualTo(json.get("summary"));
    assertSameRollUp(data.get("by_layer"), json.get("layers"));
    assertSameRollUp(data.get("by_component"), json.get("components"));
  }

  private static void assertSameRollUp(JsonNode table, JsonNode rollUps) {
    List<String> names = texts(table.get("names"));
    assertThat(names).hasSize(rollUps.size());
    for (JsonNode rollUp : rollUps) {
      int row = names.indexOf(rollUp.get("name").textValue());
      for (JsonNode pair : rollUp.get("pairs")) {
        String name = pair.get("pair").textValue();
        assertThat(table.at("/columns/distance:" + name).get(row))
            .isEqualTo(pair.at("/distance/mean"));
        assertThat(table.at("/columns/cosine:" + name).get(row)).isEqualTo(pair.at("/cosine/mean"));
      }
    }
  }

  @Test
  void moreThanSixteenExpertsShareARowOfTheTableByComponent() throws IOException {
    MadeUpReports made = MadeUpReports.experts(2, 17, 3);
    Report report = made.withAll();
    DivergenceReport divergence = report.divergence().orElseThrow();
    JsonNode data = data(page(new ReportContent(report, LABELS)));
    JsonNode table = data.get("by_component");

    assertThat(texts(table.get("names")))
        .containsExactly(
            "embed_tokens",
            "mlp.experts.*.gate_proj",
            "mlp.experts.*.up_proj",
            "mlp.experts.*.down_proj");
    assertThat(texts(data.at("/cells/component"))).containsAll(texts(table.get("names")));
    assertThat(table.at("/columns/tensors").get(2).intValue()).isEqualTo(34);
    assertThat(table.at("/columns/distance:base_vs_ft1").get(2).doubleValue())
        .isCloseTo(distances(report).average().orElseThrow(), withinPercentage(1e-10));
    assertThat(table.at("/columns/distance_max:base_vs_ft1").get(2).doubleValue())
        .isEqualTo(distances(report).max().orElseThrow());
    assertThat(table.at("/columns/fisher:base").get(2).doubleValue())
        .isCloseTo(
            report.fisher().getFirst().report().parameters().stream()
                .filter(one -> one.componentType().endsWith(".up_proj"))
                .mapToDouble(one -> one.amount().share())
                .sum(),
            withinPercentage(1e-10));
    assertThat(table.at("/columns/attribution:ft2").get(2).doubleValue())
        .isCloseTo(
            divergence.fineTunes().get(1).tensors().stream()
                .filter(one -> one.componentType().endsWith(".up_proj"))
                .mapToDouble(one -> one.attribution().value())
                .sum(),
            withinPercentage(1e-10));
    assertThat(table.at("/columns/attribution_se:ft2").get(0).isNumber()).isTrue();
    assertThat(table.at("/columns/attribution_se:ft2").get(2).isNumber()).isFalse();
    assertThat(new String(page(new ReportContent(report, LABELS)), UTF_8))
        .contains("the component with the largest mean distance is")
        .doesNotContain("experts.1");
  }

  private static DoubleStream distances(Report report) {
    return report.results().stream()
        .filter(row -> row.componentType().endsWith(".up_proj"))
        .mapToDouble(row -> row.similarity().pairs().getFirst().distance());
  }

  @Test
  void sixteenExpertsHaveARowEach() throws IOException {
    Report report = MadeUpReports.experts(2, 16, 2).report();

    assertSameRollUp(
        data(new ReportContent(report, List.of("a", "b"))).get("by_component"),
        new ObjectMapper().readTree(Json.bytes(report)).get("components"));
  }

  @Test
  void everyTensorIsListedUnderItsName() throws IOException {
    Report report = MadeUpReports.decoder(2, 2).report();
    JsonNode tensors = data(new ReportContent(report, List.of("a", "b"))).get("tensors");

    List<String> names = new ArrayList<>();
    for (int i = 0; i < tensors.get("template").size(); i++) {
      names.add(name(tensors, i));
    }
    assertThat(names)
        .containsExactlyElementsOf(
            report.results().stream().map(Report.TensorRow::tensorKey).toList());
  }

  private static String name(JsonNode tensors, int index) {
    String template =
        tensors.get("templates").get(tensors.get("template").get(index).intValue()).textValue();
    for (String number : tensors.get("numbers").get(index).textValue().split(" ", -1)) {
      template = template.replaceFirst("#", number);
    }
    return template;
  }

  @Test
  void aLargeDenseModelFitsIntoTheLimit() {
    Report report = MadeUpReports.decoder(80, 3).withFisher();

    assertThat(page(new ReportContent(report, LABELS)).length).isLessThan(LIMIT);
  }

  @Test
  void tenThousandTensorsFitIntoTheLimitAndNoneIsForgotten() throws IOException {
    MadeUpReports made = MadeUpReports.experts(27, 124, 3);
    ReportContent content = new ReportContent(made.withAll(), LABELS);
    byte[] page = page(content);
    JsonNode data = data(page);
    int tensors = 27 * 124 * 3 + 1;

    assertThat(page.length).isLessThan(LIMIT);
    assertThat(data.at("/tensors/total").intValue()).isEqualTo(tensors);
    assertThat(sum(data.at("/cells/tensors"))).isEqualTo(tensors);
    assertThat(data.at("/tensors/template").size()).isBetween(4000, tensors);
  }

  private static int sum(JsonNode numbers) {
    int sum = 0;
    for (JsonNode number : numbers) {
      sum += number.intValue();
    }
    return sum;
  }

  @Test
  void namesWithMarkupAreText() {
    String evil = "</script><img src=x onerror=alert(1)>";
    Report report =
        new MadeUpReports(2)
            .tensor("model.layers.0." + evil + ".weight")
            .tensor("model.layers.1.mlp.up_proj.weight")
            .skip(evil, "ft1", SkipReason.MISSING, "<!-- <b>detail</b>")
            .report();
    String page = new String(page(new ReportContent(report, List.of(evil, "<i>b</i>"))), UTF_8);

    assertThat(page).doesNotContain("<img", "<i>b", "<b>detail", "<!-- ");
  }

  @Test
  void thePolicyNamesEveryScriptAndTheStyleByItsDigest() throws Exception {
    String page =
        new String(
            page(new ReportContent(MadeUpReports.decoder(1, 2).report(), List.of("a", "b"))),
            UTF_8);
    String policy =
        first(page, "Content-Security-Policy\" content=\"([^\"]*)\"").replace("&#39;", "'");

    assertThat(policy).startsWith("default-src 'none'; ").doesNotContain("unsafe");
    for (String element :
        List.of(
            "<style>(.*?)</style>",
            "<script>(.*?)</script>",
            "<script type=\"module\">(.*?)</script>")) {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(first(page, element).getBytes(UTF_8));
      assertThat(policy).contains("'sha256-" + Base64.getEncoder().encodeToString(digest) + "'");
    }
  }

  @Test
  void theLicenceOfTheLibraryIsInThePage() {
    String page =
        new String(
            page(new ReportContent(MadeUpReports.decoder(1, 2).report(), List.of("a", "b"))),
            UTF_8);

    assertThat(page)
        .contains("Copyright 2010-2023 Mike Bostock", "Permission to use, copy, modify");
  }

  private static byte[] page(ReportContent content) {
    return ReportPage.of(content);
  }

  private static JsonNode data(ReportContent content) throws IOException {
    return data(page(content));
  }

  private static JsonNode data(byte[] page) throws IOException {
    return new ObjectMapper()
        .readTree(first(new String(page, UTF_8), "id=\"data\">(.*?)</script>"));
  }

  private static String first(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern, Pattern.DOTALL).matcher(text);
    assertThat(matcher.find()).as(pattern).isTrue();
    return matcher.group(1);
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(one -> texts.add(one.textValue()));
    return texts;
  }
}
