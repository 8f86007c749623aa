package dev.halcyon.standalone;

import dev.halcyon.contracts.job.JobState;
import dev.halcyon.contracts.job.JobState.StageProgress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/// Shows how far a job is: a bar with rate and time left on a terminal, plain lines elsewhere.
interface ProgressDisplay extends AutoCloseable {
  void update(JobState state);

  @Override
  void close();

  static ProgressDisplay of(Console console) {
    if (console.quiet()) {
      return new Silence();
    }
    return console.terminal() ? new Bars() : new Lines(console, System::nanoTime);
  }

  /// Shows nothing.
  final class Silence implements ProgressDisplay {
    @Override
    public void update(JobState state) {}

    @Override
    public void close() {}
  }

  /// A bar for each stage.
  final class Bars implements ProgressDisplay {
    private static final int REFRESH_MILLIS = 100;
    private static final int WIDTH = 100;

    private final Map<String, ProgressBar> bars = new HashMap<>();

    @Override
    public void update(JobState state) {
      for (StageProgress stage : state.stages()) {
        ProgressBar bar = bars.computeIfAbsent(stage.stage(), _ -> bar(stage));
        bar.maxHint(stage.amountTotal());
        bar.stepTo(stage.amountDone());
        bar.setExtraMessage("  " + StageText.counts(stage));
      }
    }

    private static ProgressBar bar(StageProgress stage) {
      return new ProgressBarBuilder()
          .setTaskName(stage.stage())
          .setInitialMax(stage.amountTotal())
          .setUnit(StageText.unit(stage.measure()), StageText.unitSize(stage.measure()))
          .setStyle(ProgressBarStyle.COLORFUL_UNICODE_BLOCK)
          .setUpdateIntervalMillis(REFRESH_MILLIS)
          .setMaxRenderedLength(WIDTH)
          .setConsumer(new ConsoleProgressBarConsumer(System.err))
          .showSpeed()
          .build();
    }

    @Override
    public void close() {
      bars.values().forEach(ProgressBar::close);
    }
  }

  /// A line now and then for each stage, and one when it is complete.
  final class Lines implements ProgressDisplay {
    private static final long NANOS_BETWEEN = Duration.ofSeconds(2).toNanos();

    private final Console console;
    private final LongSupplier clock;
    private final long start;
    private final Map<String, Begun> stages = new HashMap<>();
    private final Set<String> complete = new HashSet<>();
    private long last;

    Lines(Console console, LongSupplier clock) {
      this.console = console;
      this.clock = clock;
      this.start = clock.getAsLong();
      this.last = start - NANOS_BETWEEN;
    }

    @Override
    public void update(JobState state) {
      long now = clock.getAsLong();
      boolean due = now - last >= NANOS_BETWEEN;
      for (StageProgress stage : state.stages()) {
        if (stage.done() == stage.total() ? complete.add(stage.stage()) : due) {
          last = now;
          console.err().println(line(stage, now));
        }
      }
      console.err().flush();
    }

    private String line(StageProgress stage, long now) {
      Begun begun = stages.computeIfAbsent(stage.stage(), _ -> begun(stage, now));
      double seconds = (now - begun.nanos()) / 1e9;
      double rate = seconds > 0 ? (stage.amountDone() - begun.amount()) / seconds : 0;
      return StageText.line(stage, rate);
    }

    /// Bytes are read from the start on; a model is computed from when its first layer is done.
    private Begun begun(StageProgress stage, long now) {
      return switch (stage.measure()) {
        case TENSORS, OBJECTS -> new Begun(start, 0);
        case LAYERS -> new Begun(now, stage.amountDone());
      };
    }

    private record Begun(long nanos, long amount) {}

    @Override
    public void close() {}
  }
}
