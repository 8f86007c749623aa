package dev.halcyon.standalone;

import dev.halcyon.contracts.job.JobState.Measure;
import dev.halcyon.contracts.job.JobState.StageProgress;
import java.util.Locale;

/// A stage's progress in words.
final class StageText {
  private static final long MEGABYTE = 1_000_000;

  private StageText() {}

  /// As `12/210 tensors`.
  static String counts(StageProgress stage) {
    return stage.done() + "/" + stage.total() + " " + things(stage.measure()) + note(stage);
  }

  /// As `12 of 210 tensors, 1.2 MB of 30.0 MB`.
  static String amounts(StageProgress stage) {
    return "%d of %d %s, %s%s"
        .formatted(
            stage.done(), stage.total(), things(stage.measure()), amount(stage), note(stage));
  }

  /// The amounts, and once there is a rate, when the rest will be done.
  ///
  /// @param rate of the amount a second; 0 while it is not known
  static String line(StageProgress stage, double rate) {
    String amounts = stage.stage() + ": " + amounts(stage);
    if (rate == 0) {
      return amounts;
    }
    double left = (stage.amountTotal() - stage.amountDone()) / rate;
    return String.format(
        Locale.ROOT, "%s, %s/s, %.0f s left", amounts, amount(stage.measure(), (long) rate), left);
  }

  static String unit(Measure measure) {
    return switch (measure) {
      case TENSORS, OBJECTS -> " MB";
      case LAYERS -> " tokens";
    };
  }

  static long unitSize(Measure measure) {
    return switch (measure) {
      case TENSORS, OBJECTS -> MEGABYTE;
      case LAYERS -> 1;
    };
  }

  private static String things(Measure measure) {
    return switch (measure) {
      case TENSORS -> "tensors";
      case OBJECTS -> "objects";
      case LAYERS -> "layer passes";
    };
  }

  private static String amount(StageProgress stage) {
    return switch (stage.measure()) {
      case TENSORS, OBJECTS ->
          Bytes.text(stage.amountDone()) + " of " + Bytes.text(stage.amountTotal());
      case LAYERS -> stage.amountDone() + " of " + stage.amountTotal() + " tokens";
    };
  }

  private static String amount(Measure measure, long amount) {
    return switch (measure) {
      case TENSORS, OBJECTS -> Bytes.text(amount);
      case LAYERS -> amount + " tokens";
    };
  }

  private static String note(StageProgress stage) {
    return stage.note().isEmpty() ? "" : ", " + stage.note();
  }
}
