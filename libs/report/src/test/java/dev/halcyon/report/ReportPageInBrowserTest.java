package dev.halcyon.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.job.SkipReason;
import dev.halcyon.contracts.results.Report;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The page as a browser shows it.
class ReportPageInBrowserTest extends PageInBrowser {
  @Test
  void everyViewIsDrawn() {
    browser.open(everything);
    drawAll();

    assertThat(count("#heatmap svg .cell")).isEqualTo(6 * 9 + 3);
    assertThat(count("#depth svg path.line")).isEqualTo(9);
    assertThat(count("#layers svg .bar")).isEqualTo(9);
    assertThat(count("#importance svg .dot")).isGreaterThan(30);
    assertThat(count("#components tbody tr")).isEqualTo(12);
    assertThat(count("#tensors tbody tr")).isEqualTo(50);
    assertThat(text("#tensors caption")).isEqualTo("57 of 57 tensors");
    assertThat(count("#texts tbody tr")).isEqualTo(2);
    assertThat(text("#skipped tbody")).contains("vision.weight", "python", "missing", "not there");
    assertThat(text("#run"))
        .contains(
            "halcyon compare --base /models/base", "1.0-test", "f".repeat(64), "empirical labels");
    assertThat(text("#tensors thead")).contains("base – python").doesNotContain("ft1");
    assertThat(text("#components thead")).contains("base – python").doesNotContain("ft1");
    assertThat(text("#run dl")).contains("Divergence, python");
  }

  @Test
  void everyMetricIsDrawnOnBothScales() {
    browser.open(everything);
    List<?> metrics =
        (List<?>)
            browser.script(
                "return [...document.querySelectorAll('#metric option')].map((one) => one.value)");

    assertThat(metrics).hasSize(8);
    for (Object metric : metrics) {
      for (String scale : List.of("log", "linear")) {
        browser.script("location.hash = arguments[0]", "metric=" + metric + "&scale=" + scale);
        browser.await("return document.querySelector('#metric').value === '" + metric + "'");
        drawAll();
        assertThat(count("#heatmap svg .cell[fill]")).as(metric + " " + scale).isGreaterThan(40);
        assertThat(
                browser.script("return document.querySelector('main').innerHTML.includes('NaN')"))
            .isEqualTo(false);
      }
    }
  }

  @Test
  void paperHasAllViewsAndNoControls() {
    browser.open(everything);
    browser.emulate("print", "prefers-color-scheme", "light");
    drawAll();

    assertThat(find("#controls").isDisplayed()).isFalse();
    assertThat(find("#heatmap svg").isDisplayed()).isTrue();
    assertThat(find("#tensors table").isDisplayed()).isTrue();
    assertThat(
            (String)
                browser
                    .driver()
                    .executeCdpCommand("Page.printToPDF", java.util.Map.of())
                    .get("data"))
        .startsWith("JVBERi");
  }

  @Test
  void everyChartAndTableHasItsFiles() {
    browser.open(everything);
    drawAll();
    browser.script(
        """
        window.saved = [];
        HTMLAnchorElement.prototype.click = function () { window.saved.push(this.download); };
        URL.createObjectURL = (blob) => { blob.text().then((text) => window.saved.push(text)); return 'about:blank'; };
        """);
    for (String view : List.of("heatmap", "depth", "layers", "importance")) {
      assertThat(count("#" + view + " [data-download]")).as(view).isEqualTo(3);
    }
    for (String view : List.of("components", "tensors", "texts", "skipped")) {
      assertThat(count("#" + view + " [data-download]")).as(view).isEqualTo(2);
    }
    browser.script(
        "document.querySelectorAll('[data-download]').forEach((button) => button.click())");
    browser.await(
        "return window.saved.length === 2 * document.querySelectorAll('[data-download]').length");

    assertThat(
            (String) browser.script("return window.saved.find((text) => text.startsWith('<?xml'))"))
        .contains("<svg", "xmlns=\"http://www.w3.org/2000/svg\"")
        .doesNotContain("class=", "var(");
    assertThat(
            (String)
                browser.script(
                    "return window.saved.find((text) => text.startsWith('tensor,layer,shape'))"))
        .contains("\nmodel.layers.2.mlp.up_proj.weight,layer_2,64×32,");
    assertThat(
            browser.script(
                "window.saved.filter((text) => text.startsWith('[') ||"
                    + " text.startsWith('{')).forEach((text) => JSON.parse(text)); return true"))
        .isEqualTo(true);
  }

  @Test
  void aggregatesOnThePageAreTheReports() throws IOException {
    Report report = MadeUpReports.decoder(4, 2).report();
    browser.open(write("aggregates", new ReportContent(report, List.of("a", "b"))));
    drawAll();

    for (Report.RollUp layer : report.layers()) {
      assertThat(text("#layers .bar[data-layer='" + layer.name() + "'] title"))
          .isEqualTo(
              layer.name() + ": " + Numbers.text(layer.pairs().getFirst().distance().mean()));
    }
    assertThat(text("#verdict"))
        .contains("1 − cosine is " + Numbers.text(report.summary().getFirst().distance().mean()));
  }

  @Test
  void whatWasNotComputedIsSaid() throws IOException {
    browser.open(
        write(
            "weights", new ReportContent(MadeUpReports.decoder(3, 2).report(), List.of("a", "b"))));
    drawAll();

    assertThat(text("#importance .note")).startsWith("Not computed: ");
    assertThat(find("#importance .tools").isDisplayed()).isFalse();
    assertThat(text("#texts .note")).isEqualTo("Not computed: no divergence was measured.");
    assertThat(text("#skipped .note")).isEqualTo("No tensor was skipped.");
  }

  @Test
  void aDivergenceAloneHasAPage() throws IOException {
    browser.open(
        write(
            "divergence",
            new ReportContent(
                MadeUpReports.decoder(5, 2).divergenceAlone(), List.of("base", "x"))));
    drawAll();

    assertThat(count("#layers svg .bar")).isEqualTo(8);
    assertThat(count("#layers svg .whisker")).isEqualTo(8);
    assertThat(text("#run"))
        .contains("halcyon divergence --base /models/base --fine-tune /models/ft1");
  }

  @Test
  void namesWithMarkupAreText() throws IOException {
    String evil = "</script><img src=x onerror=\"document.title='evil'\">";
    Report report =
        new MadeUpReports(2)
            .tensor("model.layers.0." + evil + ".weight")
            .tensor("model.layers.1.mlp.up_proj.weight")
            .skip(evil, "ft1", SkipReason.MISSING, "<b>detail</b>")
            .report();
    browser.open(write("markup", new ReportContent(report, List.of(evil, "<i>b</i>"))));
    drawAll();

    assertThat(browser.driver().getTitle()).isEqualTo("Halcyon: " + evil + ", <i>b</i>");
    assertThat(count("img, i, b")).isZero();
    assertThat(text("#tensors tbody")).contains("model.layers.0." + evil + ".weight");
    assertThat(text("#skipped tbody")).contains("<b>detail</b>");
  }

  @Test
  void tenThousandTensorsAreShownWithinASecond() throws IOException {
    MadeUpReports made = MadeUpReports.experts(27, 124, 3);
    browser.open(write("large", new ReportContent(made.withAll(), List.of("a", "b", "c"))));
    double paint =
        ((Number)
                browser.script(
                    "return performance.getEntriesByName('first-contentful-paint')[0].startTime"))
            .doubleValue();
    drawAll();

    assertThat(text("#tensors caption")).endsWith(" of 10,045 tensors");
    assertThat(text("#tensors .note")).contains("tensors with the largest numbers");
    assertThat(paint).isLessThan(1000);
  }
}
