package dev.halcyon.calibration;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrationReaderTest {
  @TempDir Path folder;

  @Test
  void aTextFileHoldsASampleALine() throws IOException {
    Calibration read = read("texts.txt", "first\n  second, indented\nthird without an end");

    assertThat(read.samples())
        .containsExactly(
            new Sample("texts.txt:1", "first"),
            new Sample("texts.txt:2", "  second, indented"),
            new Sample("texts.txt:3", "third without an end"));
    assertThat(read.source()).isEqualTo("texts.txt");
  }

  @Test
  void windowsLineEndsAndAByteOrderMarkAreNoPartOfASample() throws IOException {
    assertThat(texts(read("texts.txt", "\uFEFFfirst\r\nsecond\r\n")))
        .containsExactly("first", "second");
  }

  @Test
  void blankLinesAreCountedAndKeepTheNumbersOfTheOthers() throws IOException {
    Calibration read = read("texts.txt", "\n  \t \nthird\n\nfifth\n");

    assertThat(read.samples().stream().map(Sample::id))
        .containsExactly("texts.txt:3", "texts.txt:5");
    assertThat(read.blank()).isEqualTo(3);
  }

  @Test
  void theFirstSamplesAreTakenAndTheRestIsNotLookedAt() throws IOException {
    Path file =
        Files.write(folder.resolve("a.txt"), new byte[] {'a', '\n', 'b', '\n', (byte) 0xFF});

    Calibration read = CalibrationReader.ofFile(file, CalibrationOptions.first(2));

    assertThat(texts(read)).containsExactly("a", "b");
  }

  @Test
  void fewerSamplesThanAskedForAreAllOfThem() throws IOException {
    Path file = Files.writeString(folder.resolve("a.txt"), "a\nb\n");

    assertThat(CalibrationReader.ofFile(file, CalibrationOptions.first(9)).samples()).hasSize(2);
  }

  @Test
  void jsonLinesHoldTheTextInAField() throws IOException {
    Calibration read =
        read(
            "t.JSONL",
            """
            {"id": 1, "text": "first\\nline \\ud83d\\ude00", "meta": {"text": "no"}}

            {"text": null}
            "a bare string"
            """);

    assertThat(read.samples())
        .containsExactly(
            new Sample("t.JSONL:1", "first\nline 😀"), new Sample("t.JSONL:4", "a bare string"));
    assertThat(read.blank()).isEqualTo(2);
  }

  @Test
  void anotherFieldMayHoldTheText() throws IOException {
    Path file = Files.writeString(folder.resolve("a.jsonl"), "{\"content\":\"c\",\"text\":\"t\"}");

    Calibration read =
        CalibrationReader.ofFile(file, CalibrationOptions.all().withTextField("content"));

    assertThat(texts(read)).containsExactly("c");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{\"text\": \"a\"}, {\"text\": \"b\", \"n\": [1, {\"text\": 2}]}]",
        "[\"a\", \"b\"]",
        "\uFEFF[\"a\",\"b\"]",
        "{\"text\": \"a\"}\n{\"text\": \"b\"}\n",
        "{\"text\": \"a\"} \"b\"",
        "[\"a\"] [\"b\"]"
      })
  void jsonIsAnArrayOrValuesOneAfterAnother(String json) throws IOException {
    assertThat(read("t.json", json).samples())
        .containsExactly(new Sample("t.json#1", "a"), new Sample("t.json#2", "b"));
  }

  @Test
  void aFolderHoldsASampleAFileInTheOrderOfPaths() throws IOException {
    Files.createDirectories(folder.resolve("b/deep"));
    Files.createDirectories(folder.resolve(".git"));
    Files.writeString(folder.resolve("b/deep/1.py"), "print(1)\nprint(2)\n");
    Files.writeString(folder.resolve("c.txt"), "\uFEFFc");
    Files.writeString(folder.resolve("a.txt"), "a");
    Files.writeString(folder.resolve("blank.txt"), "\n");
    Files.writeString(folder.resolve(".hidden"), "no");
    Files.writeString(folder.resolve(".git/config"), "no");
    Files.createSymbolicLink(folder.resolve("link.txt"), folder.resolve("a.txt"));

    Calibration read = CalibrationReader.ofFolder(folder, CalibrationOptions.all());

    assertThat(read.samples())
        .containsExactly(
            new Sample("a.txt", "a"),
            new Sample("b/deep/1.py", "print(1)\nprint(2)\n"),
            new Sample("c.txt", "c"));
    assertThat(read.blank()).isEqualTo(1);
  }

  @Test
  void theDigestIsThatOfTheTextsWithTheirLengths() throws Exception {
    MessageDigest sha = MessageDigest.getInstance("SHA-256");
    for (String text : List.of("größer", "b")) {
      byte[] utf8 = text.getBytes(UTF_8);
      sha.update(ByteBuffer.allocate(8).putLong(utf8.length).array());
      sha.update(utf8);
    }

    assertThat(read("a.txt", "größer\nb\n").digest())
        .isEqualTo(HexFormat.of().formatHex(sha.digest()));
  }

  @Test
  void theSameTextsHaveTheSameDigestInWhateverFile() throws IOException {
    String lines = read("a.txt", "a\n\nb\n").digest();

    assertThat(read("b.json", "[\"a\",\"b\"]").digest()).isEqualTo(lines);
    assertThat(read("c.json", "[\"ab\"]").digest()).isNotEqualTo(lines);
    assertThat(read("d.json", "[\"b\",\"a\"]").digest()).isNotEqualTo(lines);
  }

  @Test
  void bytesThatAreNotUtf8AreRefusedWithLineAndOffset() throws IOException {
    Path file = Files.write(folder.resolve("a.txt"), "fine\ngröße\n".getBytes(ISO_8859_1));

    assertRefused(file, "[a.txt:2] not UTF-8: byte 0xF6 at offset 2; save the file as UTF-8");
  }

  @ParameterizedTest
  @CsvSource({"a.txt, a.txt:1", "a.jsonl, a.jsonl:1"})
  void utf16IsRefusedForWhatItIs(String name, String where) throws IOException {
    Path file = Files.write(folder.resolve(name), "text".getBytes(UTF_16LE));

    assertRefused(
        file,
        "[%s] holds a zero byte: is it UTF-16 or binary? Save the file as UTF-8".formatted(where));
  }

  @Test
  void jsonThatIsNotUtf8IsRefused() throws IOException {
    Path file = Files.write(folder.resolve("a.json"), "[\"größe\"]".getBytes(ISO_8859_1));

    assertRefused(file, "[a.json] not UTF-8; save the file as UTF-8");
  }

  @Test
  void aFileInAFolderThatIsNoTextIsNamed() throws IOException {
    Files.createDirectories(folder.resolve("sub"));
    Files.write(folder.resolve("sub/x.bin"), new byte[] {'a', (byte) 0xFE});

    assertRefused(
        () -> CalibrationReader.ofFolder(folder, CalibrationOptions.all()),
        "[sub/x.bin] not UTF-8: byte 0xFE at offset 1; save the file as UTF-8");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"text\":[\"a\"]}|field text is an array, not a string or a list of chat messages with"
            + " content",
        "{\"text\":{\"a\":1}}|field text is an object, not a string",
        "{\"text\":7}|field text is a number, not a string",
        "{\"text\":true}|field text is a truth value, not a string",
        "[\"a\"]|a sample is an array, not a string or a list of chat messages with content",
        "\"a\" \"b\"|more than one JSON value on a line",
        "\"half a pair \\ud83d\"|the text contains half a surrogate pair",
      })
  void aLineWithoutTextIsNamed(String line, String problem) throws IOException {
    Path file = Files.writeString(folder.resolve("a.jsonl"), "\"fine\"\n" + line + "\n");

    assertRefused(file, "[a.jsonl:2] " + problem);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"text\": \"a\"", "{text: 1}", "{\"text\": \"a\", \"text\": \"b\"}", "x"})
  void invalidJsonIsNamedByItsLine(String line) throws IOException {
    Path lines = Files.writeString(folder.resolve("a.jsonl"), "\"fine\"\n" + line);
    Path document = Files.writeString(folder.resolve("a.json"), "[\"fine\",\n" + line + "]");

    assertRefusedWith(lines, "[a.jsonl:2] not valid JSON: ");
    assertRefusedWith(document, "[a.json:2] not valid JSON: ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "data.text|{\"data\":{\"id\":1,\"text\":\"nested\"}}|nested",
        "data.text|{\"data\":{\"text\":\"nested\"},\"data.text\":\"own\"}|own",
        "data.text|{\"data.text\":\"own\",\"data\":{\"text\":\"nested\"}}|own",
        "a.b.c|{\"a\":{\"x\":1},\"a.b\":{\"c\":\"text\"}}|text",
        "a.b.c|{\"a\":{\"b\":{\"c\":\"text\",\"d\":NaN}}}|text",
        "chat|{\"chat\":[{\"role\":\"user\",\"content\":\"a\"},{\"content\":\"b\"}]}|a,b",
        "chat|{\"chat\":[{\"content\":null,\"tool_calls\":[{}]},{\"content\":\"b\"}]}|b",
        "chat|{\"chat\":[{\"from\":\"human\",\"value\":\"a\"},{\"value\":\"b\"}]}|a,b",
        "chat|{\"chat\":[{\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"image\":1}]}]}|a",
        "x.chat|{\"x\":{\"chat\":[{\"content\":\"a\"},{\"content\":\"b\"}]}}|a,b",
      })
  void aFieldMayBeNestedOrHoldAChat(String field, String line, String text) throws IOException {
    for (String name : List.of("a.jsonl", "a.json")) {
      Path file = Files.writeString(folder.resolve(name), line);
      Calibration read =
          CalibrationReader.ofFile(file, CalibrationOptions.all().withTextField(field));

      assertThat(texts(read)).containsExactly(text.replace(',', '\n'));
      assertThat(read.notes()).hasSize(field.contains("chat") ? 1 : 0);
    }
  }

  @Test
  void entriesWithoutTheFieldAreLeftOutAndCounted() throws IOException {
    Calibration read =
        read(
            "a.jsonl",
            "{\"text\":\"a\"}\n{\"body\":\"b\"}\n{}\n{\"text\":null}\n{\"text\":\"c\"}\n");

    assertThat(texts(read)).containsExactly("a", "c");
    assertThat(read.blank()).isEqualTo(3);
    assertThat(read.notes()).containsExactly("3 entries of a.jsonl without text skipped");
  }

  @Test
  void aFieldThatNoEntryHasIsNamedWithThoseThatAreThere() throws IOException {
    assertRefused(
        Files.writeString(folder.resolve("a.jsonl"), "\n{\"body\":\"b\",\"id\":1}\n{\"x\":2}\n"),
        "[a.jsonl:2] no field text (it has body, id); name the field that holds the text with"
            + " --text-field");
    assertRefused(
        Files.writeString(folder.resolve("b.json"), "[{}]"),
        "[b.json:1] no field text (it has no field at all); name the field that holds the text"
            + " with --text-field");
  }

  @Test
  void aFieldThatIsAlwaysNullIsNamed() throws IOException {
    assertRefused(
        Files.writeString(folder.resolve("a.jsonl"), "{\"text\":null}\n{\"text\":\" \"}\n"),
        "[a.jsonl] field text is null or blank in all 2 entries");
  }

  @ParameterizedTest
  @CsvSource({
    "a.json, version https://git-lfs.github.com/spec/v1, is a Git LFS pointer",
    "a.jsonl, <!DOCTYPE html>, is an HTML page",
    "a.parquet, '', is empty",
  })
  void whatADownloadLeftIsNamed(String name, String content, String problem) throws IOException {
    assertRefusedWith(
        Files.writeString(folder.resolve(name), content), "[" + name + "] " + problem);
  }

  @Test
  void aPlaceInJsonIsALineAndAColumn() throws IOException {
    Path lines = Files.writeString(folder.resolve("a.jsonl"), "\"fine\"\n{\"text\": ?}");

    assertRefusedWith(lines, "[a.jsonl:2] not valid JSON: column 10: Unexpected character ('?'");
  }

  @Test
  void anEntryOfAJsonFileIsNamedByItsLine() throws IOException {
    Path file = Files.writeString(folder.resolve("a.json"), "[\"fine\",\n\n{\"text\": {}}]");

    assertRefused(file, "[a.json:3] field text is an object, not a string");
  }

  @ParameterizedTest
  @CsvSource({
    "a.txt, aaaaaaaaa",
    "a.jsonl, \"\"\"aaaaaaaaa\"\"\"",
    "a.json, \"\"\"aaaaaaaaa\"\"\""
  })
  void aTextBeyondTheLimitIsRefused(String name, String content) throws IOException {
    Path file = Files.writeString(folder.resolve(name), content);

    assertThatExceptionOfType(CalibrationException.class)
        .isThrownBy(() -> CalibrationReader.ofFile(file, limits(8, 100)))
        .withMessageStartingWith("[" + name);
  }

  @Test
  void aFileBeyondTheLimitIsNotReadIntoMemory() throws IOException {
    Files.writeString(folder.resolve("large.txt"), "aaaaaaaaa");

    assertRefused(
        () -> CalibrationReader.ofFolder(folder, limits(8, 100)),
        "[large.txt] a text of more than 8 bytes; split it into samples");
  }

  @Test
  void textsBeyondTheLimitTogetherAreRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("a.txt"), "aaaa\nbbbb\ncccc\n");

    assertRefused(
        () -> CalibrationReader.ofFile(file, limits(8, 10)),
        "[a.txt:3] the texts have more than 10 bytes in total; ask for fewer samples"
            + " (--samples)");
  }

  @Test
  void aFileWithoutTextIsRefused() throws IOException {
    assertRefused(Files.writeString(folder.resolve("a.txt"), ""), "[a.txt] holds no text");
    assertRefused(
        Files.writeString(folder.resolve("b.txt"), "\n\n"),
        "[b.txt] holds no text, only 2 blank entries");
  }

  @Test
  void aFileOfAnotherFormatIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("a.csv"), "text\na\n");

    assertRefused(file, "[a.csv] calibration files end with .txt, .json, .jsonl or .parquet");
  }

  @Test
  void whatIsNotThereIsNamed() {
    Path missing = folder.resolve("missing.txt");

    assertRefused(missing, "[" + missing + "] no such calibration file");
    assertRefused(
        () -> CalibrationReader.ofFolder(missing, CalibrationOptions.all()),
        "[" + missing + "] no such folder of texts");
  }

  @Test
  void aFolderInPlaceOfAFilePointsToTheOptionForFolders() {
    assertRefused(
        folder,
        "[" + folder + "] is a folder; --text-files takes a folder with one text in each file");
  }

  private Calibration read(String name, String content) throws IOException {
    Path file = Files.writeString(folder.resolve(name), content);
    return CalibrationReader.ofFile(file, CalibrationOptions.all());
  }

  private static List<String> texts(Calibration calibration) {
    return calibration.samples().stream().map(Sample::text).toList();
  }

  private static CalibrationOptions limits(int sample, int total) {
    return new CalibrationOptions(OptionalInt.empty(), "text", sample, total);
  }

  private static void assertRefused(Path file, String message) {
    assertRefused(() -> CalibrationReader.ofFile(file, CalibrationOptions.all()), message);
  }

  private static void assertRefused(ThrowingCallable read, String message) {
    assertThatExceptionOfType(CalibrationException.class).isThrownBy(read).withMessage(message);
  }

  private static void assertRefusedWith(Path file, String message) {
    assertThatExceptionOfType(CalibrationException.class)
        .isThrownBy(() -> CalibrationReader.ofFile(file, CalibrationOptions.all()))
        .withMessageStartingWith(message);
  }
}
