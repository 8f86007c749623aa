package dev.halcyon.hub.calibration;

import com.fasterxml.jackson.databind.JsonNode;
import dev.halcyon.hub.DatasetPage;
import dev.halcyon.hub.DatasetRow;
import dev.halcyon.hub.DatasetServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;

/// Goes over a split until it has as many texts as wanted, or enough rows have been looked at.
final class Sampling {
  private static final long LEAST_ROWS = 20_000;
  private static final long ROWS_FOR_A_SAMPLE = 100;
  private static final List<String> LANGUAGE_COLUMNS =
      List.of("lang", "language", "programming_language");

  private final CalibrationRequest request;
  private final TextOf text;
  private final boolean filterByColumn;
  private final List<String> texts = new ArrayList<>();
  private long rows;
  private long withoutText;
  private long otherLanguage;
  private long tooShort;
  private long tooLong;

  /// @param filterByColumn whether a column says the row's language
  Sampling(CalibrationRequest request, TextOf text, boolean filterByColumn) {
    this.request = request;
    this.text = text;
    this.filterByColumn = filterByColumn;
  }

  CalibrationSet run(RowPages pages, String source) throws IOException {
    if (request.shuffleSeed().isPresent()) {
      runShuffled(pages, new Random(request.shuffleSeed().getAsLong()));
    } else {
      runInOrder(pages);
    }
    return new CalibrationSet(texts, summary(source));
  }

  private void runInOrder(RowPages pages) throws IOException {
    for (long offset = 0; !isDone(); offset += DatasetServer.MOST_ROWS) {
      List<DatasetRow> page = pages.page(offset, DatasetServer.MOST_ROWS).rows();
      if (page.isEmpty()) {
        return;
      }
      page.forEach(this::take);
    }
  }

  /// Pages in random order, and each page's rows in random order: every row can come, for as few
  /// requests as rows in order take.
  private void runShuffled(RowPages pages, Random random) throws IOException {
    DatasetPage first = pages.page(0, 1);
    long count = Math.ceilDiv(first.totalRows(), (long) DatasetServer.MOST_ROWS);
    List<Long> order = new ArrayList<>(LongStream.range(0, count).boxed().toList());
    Collections.shuffle(order, random);
    for (int i = 0; i < order.size() && !isDone(); i++) {
      long offset = order.get(i) * DatasetServer.MOST_ROWS;
      List<DatasetRow> page = new ArrayList<>(pages.page(offset, DatasetServer.MOST_ROWS).rows());
      Collections.shuffle(page, random);
      page.forEach(this::take);
    }
  }

  private boolean isDone() {
    long mostRows = Math.max(LEAST_ROWS, ROWS_FOR_A_SAMPLE * request.samples());
    return texts.size() == request.samples() || rows >= mostRows;
  }

  private void take(DatasetRow row) {
    if (texts.size() == request.samples()) {
      return;
    }
    rows++;
    if (isOfAnotherLanguage(row.cells())) {
      otherLanguage++;
      return;
    }
    Optional<String> found = text.text(row.cells(), request.language());
    if (found.isEmpty()) {
      withoutText++;
      return;
    }
    long length = length(found.get());
    if (length < request.minChars()) {
      tooShort++;
    } else if (length > request.maxChars()) {
      tooLong++;
    } else {
      texts.add(found.get());
    }
  }

  private boolean isOfAnotherLanguage(JsonNode cells) {
    if (!filterByColumn || request.language().isEmpty()) {
      return false;
    }
    String language =
        LANGUAGE_COLUMNS.stream()
            .map(cells::path)
            .filter(JsonNode::isTextual)
            .map(JsonNode::asText)
            .findFirst()
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "--language: the data set "
                        + request.dataset()
                        + " has no column "
                        + String.join(", ", LANGUAGE_COLUMNS)));
    return !language.equalsIgnoreCase(request.language().get());
  }

  private CalibrationSummary summary(String source) {
    List<Long> lengths = texts.stream().map(Sampling::length).sorted().toList();
    boolean none = lengths.isEmpty();
    return new CalibrationSummary(
        source,
        request.samples(),
        texts.size(),
        rows,
        withoutText,
        otherLanguage,
        tooShort,
        tooLong,
        none ? 0 : lengths.getFirst(),
        none ? 0 : lengths.get(lengths.size() / 2),
        none ? 0 : lengths.getLast(),
        lengths.stream().mapToLong(Long::longValue).sum());
  }

  private static long length(String text) {
    return text.codePointCount(0, text.length());
  }
}
