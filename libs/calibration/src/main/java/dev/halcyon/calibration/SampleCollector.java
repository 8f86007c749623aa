package dev.halcyon.calibration;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// Takes in texts as a source yields them, until there are as many as asked for.
final class SampleCollector {
  private final CalibrationOptions options;
  private final MessageDigest digest = sha256();
  private final List<Sample> samples = new ArrayList<>();
  private final Set<String> notes = new LinkedHashSet<>();
  private Optional<String> field = Optional.empty();
  private Optional<CalibrationException> firstWithoutField = Optional.empty();
  private long blank;
  private long totalBytes;

  SampleCollector(CalibrationOptions options) {
    this.options = options;
  }

  CalibrationOptions options() {
    return options;
  }

  /// Whether enough texts are collected.
  boolean full() {
    return options.samples().isPresent() && samples.size() == options.samples().getAsInt();
  }

  /// Takes in a text; one that is null or blank is only counted.
  ///
  /// @throws CalibrationException where it is too long, or cannot be written as UTF-8
  void add(String id, String text) {
    if (text == null || text.isBlank()) {
      blank++;
      return;
    }
    ByteBuffer utf8 = utf8(id, text);
    count(id, utf8.remaining());
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, utf8.remaining()));
    digest.update(utf8);
    samples.add(new Sample(id, text));
  }

  /// Says where in a sample its text is.
  ///
  /// @param field as `column text`
  void readsFrom(String field) {
    this.field = Optional.of(field);
  }

  /// What a reader must know of how texts were made.
  void note(String note) {
    notes.add(note);
  }

  /// Counts a sample that has not the field with the text, like one without text.
  ///
  /// @param problem what to say where no sample has it
  void addWithoutField(String id, Supplier<CalibrationException> problem) {
    if (firstWithoutField.isEmpty()) {
      firstWithoutField = Optional.of(problem.get());
    }
    add(id, null);
  }

  /// What was taken in.
  ///
  /// @throws CalibrationException where that is nothing
  Calibration finish(String source) {
    if (samples.isEmpty()) {
      throw firstWithoutField.orElseGet(() -> new CalibrationException(source, nothing()));
    }
    if (blank > 0 && field.isPresent()) {
      notes.add(
          blank + (blank == 1 ? " entry of " : " entries of ") + source + " without text skipped");
    }
    return new Calibration(
        source, samples, blank, HexFormat.of().formatHex(digest.digest()), List.copyOf(notes));
  }

  private String nothing() {
    if (blank == 0) {
      return "holds no text";
    }
    return field.isPresent()
        ? "%s is null or blank in all %d entries".formatted(field.get(), blank)
        : "holds no text, only " + blank + " blank entries";
  }

  private void count(String id, int bytes) {
    if (bytes > options.maxSampleBytes()) {
      throw tooLong(id, options);
    }
    totalBytes += bytes;
    if (totalBytes > options.maxTotalBytes()) {
      throw new CalibrationException(
          id,
          "the texts have more than %d bytes in total; ask for fewer samples (--samples)"
              .formatted(options.maxTotalBytes()));
    }
  }

  static CalibrationException tooLong(String where, CalibrationOptions options) {
    return new CalibrationException(
        where,
        "a text of more than %d bytes; split it into samples".formatted(options.maxSampleBytes()));
  }

  private static ByteBuffer utf8(String id, String text) {
    try {
      return StandardCharsets.UTF_8
          .newEncoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .encode(CharBuffer.wrap(text));
    } catch (CharacterCodingException e) {
      throw new CalibrationException(id, "the text contains half a surrogate pair", e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
