package dev.halcyon.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

/// How a reader moves through the page: address, pointer, keyboard, screen reader, small screen.
class PageControlsInBrowserTest extends PageInBrowser {
  private static final String TENSOR = "model.layers.2.mlp.up_proj.weight";

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
}
