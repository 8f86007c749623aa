package dev.halcyon.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.job.SkipReason;
import dev.halcyon.contracts.results.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

/// The page as a browser shows it.
class ReportPageInBrowserTest {
  private static final String TENSOR = "model.layers.2.mlp.up_proj.weight";

  @TempDir private static Path folder;
  private static Chromium browser;
  private static String everything;

  @BeforeAll
  static void start() throws IOException {
    browser = Chromium.start(Files.createDirectory(folder.resolve("profile")));
    everything = write("everything", everything());
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
  }

  private static ReportContent everything() {
    MadeUpReports made =
        MadeUpReports.decoder(6, 3).skip("vision.weight", "ft1", SkipReason.MISSING, "not there");
    return new ReportContent(made.withAll(), List.of("base", "python", "bible"));
  }

  private static String write(String name, ReportContent content) throws IOException {
    Path file = folder.resolve(name + ".html");
    Files.write(file, ReportPage.of(content));
    return file.toUri().toString();
  }

  @BeforeEach
  void reset() throws IOException {
    browser.emulate("", "prefers-color-scheme", "light");
    browser.resize(1280, 900);
    browser.console();
    browser.requests();
  }

  /// Whatever a test does, the page asks nobody for anything and reports no error.
  @AfterEach
  void nothingIsReportedOrAskedFor() throws IOException {
    assertThat(browser.console()).isEmpty();
    assertThat(browser.requests())
        .allMatch(address -> address.startsWith(folder.toUri().toString()));
  }

  private static void drawAll() {
    browser.script("window.dispatchEvent(new Event('beforeprint'))");
  }

  private static long count(String selector) {
    return (Long) browser.script("return document.querySelectorAll(arguments[0]).length", selector);
  }

  private static String text(String selector) {
    return (String)
        browser.script("return document.querySelector(arguments[0]).textContent", selector);
  }

  private static void awaitHash(String part) {
    browser.await("return location.hash.includes('" + part + "')");
  }

  private static WebElement find(String selector) {
    return browser.driver().findElement(By.cssSelector(selector));
  }

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
  void whatIsSelectedIsInTheAddressAndBackGoesBack() {
    browser.open(everything);
    browser.script("document.querySelector('#heatmap').scrollIntoView()");
    browser.await("return document.querySelector('#heatmap svg') !== null");
    WebElement cell =
        browser
            .driver()
            .findElement(
                By.xpath(
                    "//*[@id='heatmap']//*[name()='rect'][*[name()='title'][starts-with(.,'layer_2.mlp.up_proj:')]]"));
    cell.click();
    awaitHash("tensor=" + TENSOR);

    assertThat(text("#selection h2")).isEqualTo(TENSOR);
    assertThat(text("#selection")).contains("Quantiles of the cosine");
    drawAll();
    assertThat(count("#tensors tr.selected")).isEqualTo(1);
    assertThat(count("#importance .dot.selected")).isEqualTo(1);
    assertThat(count("#layers .bar.selected")).isEqualTo(1);

    browser.driver().navigate().back();
    browser.await("return !location.hash.includes('tensor=')");
    assertThat(find("#selection").isDisplayed()).isFalse();
  }

  @Test
  void aPageOpensAsItsAddressSays() {
    browser.open(everything + "#metric=attribution&of=ft2&scale=linear&q=up_proj&tensor=" + TENSOR);
    drawAll();

    assertThat(find("#metric").getDomProperty("value")).isEqualTo("attribution");
    assertThat(find("#of").getDomProperty("value")).isEqualTo("ft2");
    assertThat(find("#search").getDomProperty("value")).isEqualTo("up_proj");
    assertThat(text("#tensors caption")).isEqualTo("6 of 57 tensors");
    assertThat(text("#selection h2")).isEqualTo(TENSOR);
  }

  @Test
  void hoveringHighlightsTheSameTensorEverywhere() {
    browser.open(everything);
    drawAll();
    browser.script("document.querySelector('#importance').scrollIntoView()");
    new Actions(browser.driver()).moveToElement(uncoveredDot()).perform();
    browser.await("return document.querySelector('#importance .dot.hover') !== null");

    assertThat(count("#heatmap .ring[visibility=visible]")).isEqualTo(1);
    assertThat(count("#layers .bar.hover")).isEqualTo(1);
    assertThat(count("#tensors tr.hover")).isEqualTo(1);
    assertThat(count("#components tr.hover")).isEqualTo(1);
    assertThat(count("#depth .ring[visibility=visible]")).isEqualTo(1);
  }

  /// A dot of a layer's component that no other dot lies on. The first cell is the embeddings', and
  /// the last two are outside the layers, too.
  private static WebElement uncoveredDot() {
    return (WebElement)
        browser.script(
            """
            return [...document.querySelectorAll('#importance .dot')].find(dot => {
              const cell = Number(dot.dataset.cell);
              if (cell < 1 || cell > 9 * 6) {
                return false;
              }
              const box = dot.getBoundingClientRect();
              const x = box.x + box.width / 2;
              const y = box.y + box.height / 2;
              return document.elementFromPoint(x, y) === dot;
            })
            """);
  }

  @Test
  void searchNarrowsTheTableAndStaysOutOfTheHistory() {
    browser.open(everything);
    drawAll();
    long before = (Long) browser.script("return history.length");
    find("#search").sendKeys("layers.3 proj");
    awaitHash("q=layers.3%20proj");
    drawAll();

    assertThat(text("#tensors caption")).isEqualTo("7 of 57 tensors");
    assertThat((Long) browser.script("return history.length")).isEqualTo(before);
  }

  @Test
  void theTableSortsByAColumn() {
    browser.open(everything);
    drawAll();
    browser.script("document.querySelector('#tensors th:nth-of-type(4) button').click()");
    awaitHash("sort=distance");
    drawAll();

    assertThat(find("#tensors th:nth-of-type(4)").getDomAttribute("aria-sort"))
        .isEqualTo("descending");
    List<?> shown =
        (List<?>)
            browser.script(
                "return [...document.querySelectorAll('#tensors tbody tr')].map((row) =>"
                    + " Number(row.children[3].textContent))");
    assertThat(shown)
        .isSortedAccordingTo((first, second) ->
            Double.compare(((Number) second).doubleValue(), ((Number) first).doubleValue()));
  }

  @Test
  void aLinkOfTheVerdictGoesToItsView() {
    browser.open(everything);
    find(".facts a[href*='view=depth'][href*='base_vs_ft2']").click();
    awaitHash("view=depth");
    browser.await("return document.activeElement.id === 'depth'");

    assertThat(find("#of").getDomProperty("value")).isEqualTo("base_vs_ft2");
  }

  @Test
  void theHeatMapIsReachedByKeyboard() {
    browser.open(everything);
    browser.script("document.querySelector('#heatmap').scrollIntoView()");
    browser.await("return document.querySelector('#heatmap svg') !== null");
    browser.script("document.querySelector('#heatmap svg').focus()");
    new Actions(browser.driver())
        .sendKeys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_DOWN)
        .perform();

    assertThat(text("#live"))
        .startsWith("layer_1.self_attn.q_proj: distance (1 − cosine) of base – python ");
    new Actions(browser.driver()).sendKeys(Keys.ENTER).perform();
    awaitHash("tensor=model.layers.1.self_attn.q_proj.weight");
  }

  @Test
  void controlsAndDrawingsHaveNamesForScreenReaders() {
    browser.open(everything);
    drawAll();

    assertThat(
            (List<?>)
                browser.script(
                    """
                    return [...document.querySelectorAll('button, input, select, main svg[role=img], section.view')]
                      .filter((one) => !(one.labels?.length || one.getAttribute('aria-label') || one.textContent.trim() ||
                        document.getElementById(one.getAttribute('aria-labelledby'))))
                      .map((one) => one.outerHTML)
                    """))
        .isEmpty();
    assertThat(browser.script("return document.documentElement.lang")).isEqualTo("en");
  }

  @Test
  void textsHaveTheContrastThatTheyNeedInLightAndDark() {
    for (String scheme : List.of("light", "dark")) {
      browser.emulate("", "prefers-color-scheme", scheme);
      browser.open(everything + "#tensor=" + TENSOR);
      drawAll();
      assertThat((List<?>) browser.script(CONTRAST)).as(scheme).isEmpty();
    }
  }

  /// Texts with less contrast to what is behind them than WCAG 2.1 AA asks for.
  private static final String CONTRAST =
      """
      const parse = (text) => text.match(/[\\d.]+/g).map(Number);
      const light = ([r, g, b]) => {
        const [x, y, z] = [r, g, b].map((c) => c / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
        return 0.2126 * x + 0.7152 * y + 0.0722 * z;
      };
      const behind = (node) => {
        for (let one = node; one; one = one.parentElement) {
          const colour = parse(getComputedStyle(one).backgroundColor);
          if (colour.length < 4 || colour[3] > 0.99) return colour;
        }
        return [255, 255, 255];
      };
      const bad = [];
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const node = walker.currentNode.parentElement;
        if (!walker.currentNode.textContent.trim() || node.closest('script, style, [hidden], title, :disabled')) continue;
        const style = getComputedStyle(node);
        const ink = parse(node.namespaceURI.endsWith('svg') ? style.fill : style.color);
        const [high, low] = [light(ink), light(behind(node))].sort((a, b) => b - a);
        if ((high + 0.05) / (low + 0.05) < 4.5) bad.push(walker.currentNode.textContent + ' ' + ink + ' on ' + behind(node));
      }
      return bad;
      """;

  @Test
  void aPhoneScrollsNoPageSideways() {
    browser.resize(360, 740);
    browser.open(everything + "#tensor=" + TENSOR);
    drawAll();

    assertThat((Long) browser.script("return document.documentElement.scrollWidth"))
        .isLessThanOrEqualTo(360);
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
