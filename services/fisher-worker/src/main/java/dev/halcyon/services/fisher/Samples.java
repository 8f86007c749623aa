package dev.halcyon.services.fisher;

import dev.halcyon.contracts.CalibrationTexts;
import dev.halcyon.contracts.CalibrationTexts.CalibrationText;
import dev.halcyon.contracts.FisherCalibration.LeftOut;
import dev.halcyon.contracts.FisherTask.Range;
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
  static Samples of(Range task, CalibrationTexts calibration, ModelTokenizer tokenizer) {
    List<CalibrationText> texts = calibration.texts();
    List<TokenSample> usable = new ArrayList<>();
    long tooShort = 0;
    for (int i = task.from(); i < task.to(); i++) {
      int[] tokens = tokenizer.encode(texts.get(i).text(), task.estimator().maxLength());
      if (tokens.length < task.estimator().minTokens()) {
        tooShort++;
      } else {
        usable.add(new TokenSample(i, tokens));
      }
    }
    return new Samples(texts, usable, tooShort, task.estimator().minTokens());
  }

  /// What a text is called.
  String name(long id) {
    return texts.get(Math.toIntExact(id)).id();
  }

  String nothingUsable() {
    return "none of the %d calibration samples has %d tokens or more (--min-tokens): give longer texts"
        .formatted(tooShort, minTokens);
  }

  List<LeftOut> allLeftOut() {
    return usable.stream()
        .map(sample -> new LeftOut(name(sample.id()), "its loss or gradient is not finite"))
        .toList();
  }
}
