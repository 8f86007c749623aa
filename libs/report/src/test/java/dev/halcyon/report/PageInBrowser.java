package dev.halcyon.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.job.SkipReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

/// A browser that opens pages, for tests of what it shows.
abstract class PageInBrowser {
  @TempDir private static Path folder;
  static Chromium browser;
  static String everything;

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

  static String write(String name, ReportContent content) throws IOException {
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

  static void drawAll() {
    browser.script("window.dispatchEvent(new Event('beforeprint'))");
  }

  static long count(String selector) {
    return (Long) browser.script("return document.querySelectorAll(arguments[0]).length", selector);
  }

  static String text(String selector) {
    return (String)
        browser.script("return document.querySelector(arguments[0]).textContent", selector);
  }

  static void awaitHash(String part) {
    browser.await("return location.hash.includes('" + part + "')");
  }

  static WebElement find(String selector) {
    return browser.driver().findElement(By.cssSelector(selector));
  }
}
