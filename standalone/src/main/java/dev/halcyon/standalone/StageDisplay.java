package dev.halcyon.standalone;

import dev.halcyon.contracts.job.JobState;
import dev.halcyon.contracts.job.JobState.Measure;
import dev.halcyon.contracts.job.JobState.StageProgress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// How far a command's only stage is, shown as a job's stages are.
final class StageDisplay implements AutoCloseable {
  private final ProgressDisplay display;
  private final String stage;
  private final long tensors;
  private final long bytes;
  private final Instant started = Instant.now();
  private long tensorsDone;
  private long bytesDone;

  private StageDisplay(ProgressDisplay display, String stage, long tensors, long bytes) {
    this.display = display;
    this.stage = stage;
    this.tensors = tensors;
    this.bytes = bytes;
  }

  /// @param tensors in all
  /// @param bytes of all
  static StageDisplay of(Console console, String stage, long tensors, long bytes) {
    return new StageDisplay(ProgressDisplay.of(console), stage, tensors, bytes);
  }

  void add(long moreTensors, long moreBytes) {
    tensorsDone = Math.min(tensors, tensorsDone + moreTensors);
    bytesDone = Math.min(bytes, bytesDone + moreBytes);
    show();
  }

  private void show() {
    StageProgress progress =
        new StageProgress(stage, Measure.TENSORS, tensorsDone, tensors, bytesDone, bytes, "");
    display.update(
        new JobState(
            "",
            JobState.Status.RUNNING,
            1,
            List.of(progress),
            List.of(),
            List.of(),
            started,
            Instant.now(),
            Optional.empty()));
  }

  /// All that was to be done is done.
  void complete() {
    add(tensors, bytes);
  }

  @Override
  public void close() {
    display.close();
  }
}
