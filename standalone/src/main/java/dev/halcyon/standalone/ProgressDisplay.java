package dev.halcyon.standalone;

import dev.halcyon.contracts.JobState;
import dev.halcyon.contracts.JobState.StageProgress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
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
    private static final long MEGABYTE = 1_000_000;

    private final Map<String, ProgressBar> bars = new HashMap<>();

    @Override
    public void update(JobState state) {
      for (StageProgress stage : state.stages()) {
        ProgressBar bar = bars.computeIfAbsent(stage.stage(), _ -> bar(stage));
        bar.stepTo(stage.bytesDone());
        bar.setExtraMessage(stage.done() + "/" + stage.total() + " tensors");
      }
    }

    private static ProgressBar bar(StageProgress stage) {
      return new ProgressBarBuilder()
          .setTaskName(stage.stage())
          .setInitialMax(stage.bytesTotal())
          .setUnit(" MB", MEGABYTE)
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

  /// A line now and then.
  final class Lines implements ProgressDisplay {
    private static final long NANOS_BETWEEN = Duration.ofSeconds(2).toNanos();

    private final Console console;
    private final LongSupplier clock;
    private final long start;
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
      boolean complete = state.stages().stream().allMatch(stage -> stage.done() == stage.total());
      if (!state.stages().isEmpty()
          && (complete ? last >= 0 || last < 0 : now - last >= NANOS_BETWEEN)) {
        last = now;
        state.stages().forEach(stage -> console.err().println(line(stage, now - start)));
        console.err().flush();
      }
    }

    private static String line(StageProgress stage, long nanos) {
      double seconds = nanos / 1e9;
      double rate = seconds > 0 ? stage.bytesDone() / seconds : 0;
      double left = rate > 0 ? (stage.bytesTotal() - stage.bytesDone()) / rate : 0;
      return "%s: %d of %d tensors, %s of %s, %s/s, %.0f s left"
          .formatted(
              stage.stage(),
              stage.done(),
              stage.total(),
              Bytes.text(stage.bytesDone()),
              Bytes.text(stage.bytesTotal()),
              Bytes.text((long) rate),
              left);
    }

    @Override
    public void close() {}
  }
}
