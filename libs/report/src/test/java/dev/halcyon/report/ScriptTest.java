package dev.halcyon.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The page's modules, one by one and each as a file of its own, in a browser.
class ScriptTest {
  private static final String PAGE =
      "<!DOCTYPE html><html data-ready=\"true\"><meta charset=\"utf-8\"><script"
          + " src=\"/d3.js\"></script><script src=\"/jshint.js\"></script><p"
          + " id=\"live\"></p></html>";
  private static final String JSHINT = "/META-INF/resources/webjars/jshint/2.13.6/dist/jshint.js";

  @TempDir private static Path folder;
  private static HttpServer server;
  private static Chromium browser;

  @BeforeAll
  static void start() throws IOException {
    browser = Chromium.start(Files.createDirectory(folder.resolve("profile")));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", ScriptTest::answer);
    server.start();
    browser.open("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
    if (server != null) {
      server.stop(0);
    }
  }

  private static void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    byte[] content = content(path).getBytes(StandardCharsets.UTF_8);
    exchange
        .getResponseHeaders()
        .add("Content-Type", path.equals("/") ? "text/html" : "text/javascript;charset=UTF-8");
    exchange.sendResponseHeaders(200, content.length);
    try (var body = exchange.getResponseBody()) {
      body.write(content);
    }
  }

  private static String content(String path) throws IOException {
    return switch (path) {
      case "/" -> PAGE;
      case "/d3.js" -> PageResource.d3();
      case "/jshint.js" -> jshint();
      default ->
          PageResource.MODULES.contains(path.substring(1).replace(".js", ""))
              ? PageResource.own(path.substring(1))
              : "";
    };
  }

  private static String jshint() throws IOException {
    try (InputStream content = ScriptTest.class.getResourceAsStream(JSHINT)) {
      return new String(content.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /// What the body of a function returns that has a module's exports as `m`.
  private static Object run(String module, String body) {
    return browser
        .driver()
        .executeAsyncScript(
            """
            const done = arguments[arguments.length - 1];
            import("/%s.js").then((m) => done((() => { %s })())).catch((error) => done("failed: " + error));
            """
                .formatted(module, body));
  }

  @Test
  void modulesAreClean() {
    for (String module : PageResource.MODULES) {
      assertThat(
              (List<?>)
                  browser.script(
                      """
                      JSHINT(arguments[0], {
                        module: true, esversion: 11, browser: true, undef: true, unused: true, eqeqeq: true,
                        curly: true, latedef: 'nofunc', nonbsp: true, freeze: true, laxbreak: true, globals: { d3: false }
                      });
                      return JSHINT.errors.map((one) => one.line + ': ' + one.reason);
                      """,
                      PageResource.own(module + ".js")))
          .as(module)
          .isEmpty();
    }
  }

  @Test
  void numbersHaveThreeDigits() {
    assertThat(
            run(
                "format",
                "return [0, 1, 0.0142, 0.00123456, 1.2345e-7, -0.00007, 123456, 2345678, null,"
                    + " NaN].map((x) => m.number(x))"))
        .isEqualTo(
            List.of(
                "0", "1", "0.0142", "0.00123", "1.23e-7", "-7e-5", "123000", "2.35e6", "–", "–"));
    assertThat(run("format", "return [0.5, 0.00042, 0, 1, null].map((x) => m.percent(x))"))
        .isEqualTo(List.of("50.0 %", "0.042 %", "0.0 %", "100.0 %", "–"));
    assertThat(
            run(
                "format",
                "return [m.withError({percent: false}, 0.3087, 0.0213), m.withError({percent:"
                    + " true}, 0.41, 0.012), m.withError({percent: false}, 1, null)]"))
        .isEqualTo(List.of("0.309 ± 0.02", "41.0 % ± 1.0 %", "1"));
  }

  @Test
  void numbersAreWrittenAsTheVerdictWritesThem() {
    for (double value :
        new double[] {0, 1, 0.0142, 1.2345e-7, -7e-5, 99999, 0.99996, 1e6, 2345678, 1e-4}) {
      assertThat(run("format", "return m.number(" + value + ")")).isEqualTo(Numbers.text(value));
    }
  }

  @Test
  void csvQuotesWhatNeedsIt() {
    assertThat(run("format", "return m.csv(['a', 'b'], [['x,y', 'say \\\"hi\\\"'], [1e-7, null]])"))
        .isEqualTo("a,b\n\"x,y\",\"say \"\"hi\"\"\"\n1e-7,\n");
  }

  @Test
  void fragmentsComeBackAsTheyWent() {
    assertThat(
            run(
                "state",
                """
                const state = { metric: 'distance', q: 'a&b=c #d', tensor: 'x.é</script>', dir: 'asc' };
                return JSON.stringify(m.parseFragment('#' + m.formatFragment(state))) === JSON.stringify({ metric: state.metric, tensor: state.tensor, q: state.q, dir: state.dir })
                """))
        .isEqualTo(true);
    assertThat(run("state", "return JSON.stringify(m.parseFragment('#q=%zz&evil=1&=x&metric'))"))
        .isEqualTo("{\"q\":\"%zz\"}");
    assertThat(
            run(
                "state",
                "return JSON.stringify(m.changed({ q: 'a', of: 'ft1' }, { q: '', metric: 'x' }))"))
        .isEqualTo("{\"of\":\"ft1\",\"metric\":\"x\"}");
  }

  @Test
  void aChoiceGoesOverToAnotherMetric() {
    assertThat(
            run(
                "data",
                """
                const metric = (...ids) => ({ of: ids.map((id) => ({ id })) });
                return [
                  m.chosenOf(metric('ft1', 'ft2'), 'base_vs_ft2'), m.chosenOf(metric('base_vs_ft1', 'base_vs_ft2'), 'ft2'),
                  m.chosenOf(metric('base'), 'base_vs_ft1'), m.chosenOf(metric('ft1'), undefined), m.chosenOf(metric('ft1', 'ft2'), 'ft2')]
                """))
        .isEqualTo(List.of("ft2", "base_vs_ft2", "base", "ft1", "ft2"));
  }

  @Test
  void rowsSortByNumberAndNameAndUndefinedComesLast() {
    assertThat(run("table", "return m.sorted([3, null, 10, 1], { value: (x) => x }, true)"))
        .isEqualTo(java.util.Arrays.asList(10L, 3L, 1L, null));
    assertThat(run("table", "return m.sorted(['layer_10', 'layer_9'], { value: (x) => x }, false)"))
        .isEqualTo(List.of("layer_9", "layer_10"));
  }

  @Test
  void aSearchTakesWordsInAnyOrder() {
    assertThat(
            run(
                "tensors",
                "return [m.matches('model.layers.3.mlp.up_proj', 'UP 3'),"
                    + " m.matches('model.layers.3.mlp', 'up')]"))
        .isEqualTo(List.of(true, false));
  }

  @Test
  void coloursAreDefinedAtTheEndsOfTheirScale() {
    for (String metric :
        List.of(
            "{ signed: true }",
            "{ signed: false }",
            "{ percent: true, total: 'mean_of_elements' }")) {
      for (boolean log : new boolean[] {true, false}) {
        for (String values : List.of("[1e-7, 1e-3, 0.5]", "[]", "[0.25]", "[0, 0]")) {
          assertThat(
                  run(
                      "colour",
                      "const values = %s; const scale = m.colourScale(%s, values, %s); return [...values.filter((x) => x > 0), ...scale.axis.domain()].map((x) => scale.fill(x)).every((x) => typeof x === 'string' && !x.includes('NaN'))"
                          .formatted(values, metric, log)))
              .as(metric + log + values)
              .isEqualTo(true);
        }
      }
    }
  }

  @Test
  void ticksOfALogarithmicAxisStandApart() {
    assertThat(run("chart", "return m.logTicks(d3.scaleLog([3e-8, 2e-2], [0, 1]), 4)"))
        .isEqualTo(List.of(1e-7, 1e-5, 1e-3));
    assertThat((List<?>) run("chart", "return m.logTicks(d3.scaleLog([2, 7], [0, 1]), 4)"))
        .hasSizeBetween(2, 4);
    assertThat(run("chart", "return m.logTicks(d3.scaleLog([1.5e-5, 3e-4], [0, 200]), 4)"))
        .isEqualTo(List.of(2e-5, 4e-5, 8e-5, 2e-4));
    assertThat(run("chart", "return m.logTicks(d3.scaleLog([1.2e-5, 9e-5], [0, 200]), 4)"))
        .isEqualTo(List.of(2e-5, 3e-5, 5e-5, 8e-5));
    assertThat(run("chart", "return m.layerTicks([0, 1, 2, 3, 4, 5, 6, 7, 8], 10)"))
        .isEqualTo(List.of(0L, 4L, 8L));
  }
}
