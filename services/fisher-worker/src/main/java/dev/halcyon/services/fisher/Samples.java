package dev.halcyon.services.fisher;

import dev.halcyon.contracts.results.DivergenceOutcome;
import dev.halcyon.contracts.results.FisherCalibration.LeftOut;
import dev.halcyon.contracts.store.CalibrationTexts;
import dev.halcyon.contracts.store.CalibrationTexts.CalibrationText;
import dev.halcyon.transformer.ModelTokenizer;
import dev.halcyon.transformer.TokenSample;
import java.util.ArrayList;
import java.util.List;

/// The texts of a range in tokens.
///
/// @param texts of the whole calibration set; a sample's id is its text's place in it
/// @param usable those with tokens enough
/// @param tooShort how many have not
/// @param minTokens that are enough
record Samples(
    List<CalibrationText> texts, List<TokenSample> usable, long tooShort, int minTokens) {
  /// @param from first text
  /// @param to text after the last
  /// @param maxLength tokens at which a sample is cut
  static Samples of(
      CalibrationTexts calibration,
      int from,
      int to,
      int maxLength,
      int minTokens,
      ModelTokenizer tokenizer) {
    List<CalibrationText> texts = calibration.texts();
    List<TokenSample> usable = new ArrayList<>();
    long tooShort = 0;
    for (int i = from; i < to; i++) {
      int[] tokens = tokenizer.encode(texts.get(i).text(), maxLength);
      if (tokens.length < minTokens) {
        tooShort++;
      } else {
        usable.add(new TokenSample(i, tokens));
      }
    }
    return new Samples(texts, usable, tooShort, minTokens);
  }

  /// Those among them that count in an outcome.
  ///
  /// @param counting in order
  Samples of(List<DivergenceOutcome.Sample> counting) {
    List<TokenSample> some = new ArrayList<>();
    for (TokenSample sample : usable) {
      if (some.size() < counting.size()
          && counting.get(some.size()).sample().equals(name(sample.id()))) {
        some.add(sample);
      }
    }
    return new Samples(texts, some, tooShort, minTokens);
  }

  /// What a text is called.
  String name(long id) {
    return texts.get(Math.toIntExact(id)).id();
  }

  String nothingUsable() {
    return "none of the %d calibration samples has %d tokens or more (--min-tokens): give longer texts"
        .formatted(tooShort, minTokens);
  }

  /// Tokens of all that are usable.
  long tokens() {
    return usable.stream().mapToLong(TokenSample::length).sum();
  }

  /// @param reason that none of them counts
  List<LeftOut> allLeftOut(String reason) {
    return usable.stream().map(sample -> new LeftOut(name(sample.id()), reason)).toList();
  }
}
