package dev.halcyon.hub.calibration;

import java.util.List;
import java.util.Locale;

/// What was taken and what was passed over, counted in texts; lengths are in Unicode characters.
///
/// @param source as `openai/openai_humaneval openai_humaneval/test`
/// @param wanted samples asked for
/// @param samples taken
/// @param rows looked at
/// @param withoutText rows that have no text, or not of the language asked for where a row holds
///   several
/// @param otherLanguage rows of another language
/// @param tooShort texts
/// @param tooLong texts
/// @param shortest text taken; 0 where there is none
/// @param median length of the texts taken
/// @param longest text taken
/// @param totalChars of the texts taken
public record CalibrationSummary(
    String source,
    int wanted,
    int samples,
    long rows,
    long withoutText,
    long otherLanguage,
    long tooShort,
    long tooLong,
    long shortest,
    long median,
    long longest,
    long totalChars) {
  /// The summary as readable lines.
  public List<String> lines() {
    String fewer = samples < wanted ? String.format(Locale.ROOT, " (of %d requested)", wanted) : "";
    return List.of(
        String.format(Locale.ROOT, "%s: %d samples%s from %d rows", source, samples, fewer, rows),
        String.format(
            Locale.ROOT,
            "skipped: %d too short, %d too long, %d of another language, %d without text",
            tooShort,
            tooLong,
            otherLanguage,
            withoutText),
        String.format(
            Locale.ROOT,
            "characters: %d shortest, %d median, %d longest, %d in all",
            shortest,
            median,
            longest,
            totalChars));
  }
}
