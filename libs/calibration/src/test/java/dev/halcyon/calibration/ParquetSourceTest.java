package dev.halcyon.calibration;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Files made by `tools/golden/calibration_parquet.py` with pyarrow.
class ParquetSourceTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"snappy", "zstd", "gzip", "plain", "repeated"})
  void textsAreThoseThatPyarrowReads(String name) throws IOException {
    List<String> rows = expected().get(name);

    Calibration read = CalibrationReader.ofFile(file(name), CalibrationOptions.all());

    assertThat(read.samples().stream().map(Sample::text))
        .containsExactlyElementsOf(rows.stream().filter(ParquetSourceTest::hasText).toList());
    assertThat(read.blank()).isEqualTo(rows.stream().filter(row -> !hasText(row)).count());
  }

  @Test
  void aSampleIsNamedByItsRow() throws IOException {
    Calibration read = CalibrationReader.ofFile(file("snappy"), CalibrationOptions.first(5));

    assertThat(read.samples().stream().map(Sample::id))
        .containsExactly(
            "snappy.parquet#1",
            "snappy.parquet#2",
            "snappy.parquet#3",
            "snappy.parquet#5",
            "snappy.parquet#7");
  }

  @Test
  void anotherColumnMayHoldTheText() throws IOException {
    CalibrationOptions options = CalibrationOptions.first(1).withTextField("lang");

    assertThat(CalibrationReader.ofFile(file("zstd"), options).samples().getFirst().text())
        .isEqualTo("en");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "numbers|[numbers.parquet] column text holds INT64, not one text in each row",
        "lists|[lists.parquet#1] column text is an array, not a string or a list of chat messages"
            + " with content",
        "structs|[structs.parquet] no column text (it has id, text.body, lang); name the column"
            + " that holds the text with --text-field",
        "brotli|[brotli.parquet] column text is compressed with BROTLI; supported are files without"
            + " compression and with snappy, gzip or zstd",
        "latin1|[latin1.parquet#2] not UTF-8: byte 0xF6 at offset 2; save the file as UTF-8"
      })
  void aColumnThatHoldsNoTextIsNamed(String name, String message) {
    assertThatExceptionOfType(CalibrationException.class)
        .isThrownBy(() -> CalibrationReader.ofFile(file(name), CalibrationOptions.all()))
        .withMessage(message);
  }

  @ParameterizedTest
  @CsvSource({
    "data.text, struct 1;struct 3, 2",
    "data.deep.text, deep 1;deep 2;deep 3, 1",
    "own.text, own 1;own 2;own 3;own 4, 0",
    "messages, a 1|b 1;a 3|b 3;a 4|b 4, 1",
    "conversations, u 1;u 2;u 3;u 4, 0",
  })
  void aColumnMayBeNestedOrHoldAChat(String field, String texts, long blank) throws IOException {
    CalibrationOptions options = CalibrationOptions.all().withTextField(field);

    Calibration read = CalibrationReader.ofFile(file("nested"), options);

    assertThat(read.samples().stream().map(Sample::text))
        .containsExactly(texts.replace('|', '\n').split(";"));
    assertThat(read.blank()).isEqualTo(blank);
  }

  @Test
  void aColumnThatIsAlwaysNullIsNamed() {
    CalibrationOptions options = CalibrationOptions.all().withTextField("nothing");

    assertThatExceptionOfType(CalibrationException.class)
        .isThrownBy(() -> CalibrationReader.ofFile(file("nested"), options))
        .withMessage("[nested.parquet] column nothing is null or blank in all 4 entries");
  }

  @Test
  void aMissingColumnIsNamedWithThoseThatAreThere() {
    CalibrationOptions options = CalibrationOptions.all().withTextField("content");

    assertThatExceptionOfType(CalibrationException.class)
        .isThrownBy(() -> CalibrationReader.ofFile(file("plain"), options))
        .withMessage(
            "[plain.parquet] no column content (it has id, text, lang); name the column that holds"
                + " the text with --text-field");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 8, 1733, 3465})
  void aFileCutShortIsNamed(int size) throws IOException {
    byte[] whole = Files.readAllBytes(file("zstd"));

    assertThatExceptionOfType(CalibrationException.class)
        .isThrownBy(() -> read(Arrays.copyOf(whole, size)))
        .withMessageStartingWith("[damaged.parquet] ");
  }

  /// Files with each seventh byte of the footer overwritten: either they still read, or the error
  /// names the file.
  @Test
  void aDamagedFooterIsNamed() throws IOException {
    byte[] whole = Files.readAllBytes(file("zstd"));
    int footer = ByteBuffer.wrap(whole).order(LITTLE_ENDIAN).getInt(whole.length - 8);
    int refused = 0;
    for (int i = whole.length - 8 - footer; i < whole.length; i += 7) {
      byte[] damaged = whole.clone();
      damaged[i] ^= 0x55;
      try {
        read(damaged);
      } catch (CalibrationException e) {
        assertThat(e).hasMessageStartingWith("[damaged.parquet");
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void damagedTextIsNamed() throws IOException {
    byte[] whole = Files.readAllBytes(file("zstd"));
    int insideThePage = 1000;
    whole[insideThePage] ^= 0x55;

    assertThatExceptionOfType(CalibrationException.class)
        .isThrownBy(() -> read(whole))
        .withMessageStartingWith("[damaged.parquet] ");
  }

  private void read(byte[] content) throws IOException {
    Path file = Files.write(folder.resolve("damaged.parquet"), content);
    CalibrationReader.ofFile(file, CalibrationOptions.all());
  }

  private static boolean hasText(String row) {
    return row != null && !row.isBlank();
  }

  private static Path file(String name) {
    return Path.of(
        Objects.requireNonNull(ParquetSourceTest.class.getResource(name + ".parquet")).getPath());
  }

  private static Map<String, List<String>> expected() throws IOException {
    Map<String, List<String>> expected = new HashMap<>();
    try (JsonParser parser =
        new JsonFactory().createParser(ParquetSourceTest.class.getResourceAsStream("texts.json"))) {
      parser.nextToken();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        List<String> rows = expected.computeIfAbsent(parser.currentName(), _ -> new ArrayList<>());
        parser.nextToken();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          rows.add(parser.currentToken() == JsonToken.VALUE_NULL ? null : parser.getText());
        }
      }
    }
    return expected;
  }
}
