package dev.halcyon.services.fisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.Topic;
import dev.halcyon.contracts.job.Failure;
import dev.halcyon.contracts.job.FisherProgress;
import dev.halcyon.contracts.job.FisherTask.Merge;
import dev.halcyon.contracts.job.FisherTask.Range;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.results.FisherOutcome;
import dev.halcyon.contracts.results.FisherResult;
import dev.halcyon.contracts.results.FisherSample;
import dev.halcyon.contracts.results.FisherTensor;
import dev.halcyon.contracts.store.CalibrationTexts;
import dev.halcyon.contracts.store.PlacedModel;
import dev.halcyon.contracts.store.StoredObject;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.fixture.HandedRecord;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// Tasks on a bundled model, with messages handed to the listener.
class TaskListenerTest {
  private final ListenedTasks tasks = new ListenedTasks();

  @Test
  void rangesAddUpToWhatOneWorkerComputes() throws IOException {
    FisherOutcome whole = tasks.whole(Optional.empty());
    List<StoredObject> parts = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      FisherResult part = tasks.receive(tasks.range("parts", i, 3, Optional.empty()));
      assertThat(part.complete()).isFalse();
      parts.add(part.outcome());
    }
    FisherResult merged = tasks.receive(new Merge("parts", 2, "base", parts, 3, Optional.empty()));

    assertThat(merged.complete()).isTrue();
    FisherOutcome sum = tasks.outcome(merged);
    assertThat(sum.samples())
        .extracting(FisherSample::sample)
        .containsExactly("text 0", "text 1", "text 3", "text 4");
    assertThat(sum.tooShort()).isEqualTo(1);
    assertThat(sum.tensors()).hasSameSizeAs(whole.tensors());
    for (int i = 0; i < whole.tensors().size(); i++) {
      assertSame(sum.tensors().get(i), whole.tensors().get(i));
    }
  }

  private Merge merge(int ranges) throws IOException {
    List<StoredObject> parts = new ArrayList<>();
    for (int i = 0; i < ranges; i++) {
      parts.add(tasks.receive(tasks.range("parts", i, ranges, Optional.empty())).outcome());
    }
    return new Merge("parts", 2, "base", parts, 3, Optional.empty());
  }

  private List<StoredObject> sums(Merge merge) throws IOException {
    List<StoredObject> sums = new ArrayList<>();
    for (StoredObject part : merge.outcomes()) {
      Json.read(tasks.store.get(part.key()), FisherOutcome.class)
          .partials()
          .forEach(partial -> sums.add(partial.sum()));
    }
    return sums;
  }

  @Test
  void sumsOfRangesGoWhenTheyAreAddedUpAndTheTaskMayComeAgain() throws IOException {
    Merge merge = merge(2);
    List<StoredObject> sums = sums(merge);
    assertThat(sums).isNotEmpty();
    for (StoredObject sum : sums) {
      assertThat(tasks.store.find(sum.key())).isPresent();
    }
    FisherResult merged = tasks.receive(merge);

    for (StoredObject sum : sums) {
      assertThat(tasks.store.find(sum.key())).isEmpty();
    }
    assertThat(tasks.receive(merge)).isEqualTo(merged);
  }

  /// Another worker has the same task, ends first and removes the sums that this one still reads.
  @Test
  void whoAddsUpRangesAtTheSameTimeAsAnotherHasTheOthersOutcome() throws IOException {
    Merge merge = merge(2);
    AtomicBoolean begun = new AtomicBoolean();
    ObjectStore overtaken =
        (ObjectStore)
            Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(),
                new Class<?>[] {ObjectStore.class},
                (_, method, arguments) -> {
                  if (method.getName().equals("read") && !begun.getAndSet(true)) {
                    tasks.receive(merge);
                  }
                  try {
                    return method.invoke(tasks.store, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    FisherResult result =
        TaskHandler.on(overtaken, overtaken::read, ListenedTasks.MACHINE).handle(merge, _ -> {});

    assertThat(begun).isTrue();
    assertThat(result).isEqualTo(tasks.recorded.results.getLast());
  }

  private static void assertSame(FisherTensor merged, FisherTensor whole) {
    assertThat(merged.parameter()).isEqualTo(whole.parameter());
    assertThat(merged.shape()).isEqualTo(whole.shape());
    double sum = whole.statistics().sum();
    assertThat(sum).isPositive();
    assertThat(merged.statistics().sum()).isCloseTo(sum, within(1e-5 * sum));
    assertThat(merged.statistics().max())
        .isCloseTo(whole.statistics().max(), within(1e-4 * whole.statistics().max()));
    for (int i = 0; i < ListenedTasks.USABLE; i++) {
      assertThat(merged.sampleSums().get(i))
          .isCloseTo(whole.sampleSums().get(i), within(1e-5 * ListenedTasks.USABLE * sum));
    }
    for (int i = 0; i < whole.chunkSums().size(); i++) {
      assertThat(merged.chunkSums().get(i)).isCloseTo(whole.chunkSums().get(i), within(1e-5 * sum));
    }
  }

  @Test
  void theMeanOverSamplesIsWhatTheStatisticsAreOf() throws IOException {
    for (FisherTensor tensor : tasks.whole(Optional.empty()).tensors()) {
      double ofSamples =
          tensor.sampleSums().stream().mapToDouble(Double::doubleValue).sum()
              / ListenedTasks.USABLE;
      assertThat(tensor.statistics().sum()).isCloseTo(ofSamples, within(1e-5 * ofSamples));
    }
  }

  @Test
  void aTaskOfAnAttemptThatHasEndedIsLeftAlone() throws IOException {
    tasks.store.put(StoreKeys.failed("whole", 2), new byte[0]);
    Range task = tasks.range("whole", 0, 1, Optional.empty());
    tasks.listener.receive(HandedRecord.on(Topic.FISHER_TASKS, "job", Json.bytes(task)));

    assertThat(tasks.recorded.results).isEmpty();
    assertThat(tasks.recorded.events).isEmpty();
    assertThat(tasks.store.find(StoreKeys.fisherOutcome(task))).isEmpty();
  }

  @Test
  void aTaskThatIsDoneIsNotComputedAgain() throws IOException {
    Range task = tasks.range("whole", 0, 1, Optional.empty());
    FisherResult first = tasks.receive(task);
    tasks.store.delete("texts");

    assertThat(tasks.receive(task)).isEqualTo(first);
  }

  @Test
  void progressIsToldAndCounted() throws IOException {
    FisherOutcome outcome = tasks.whole(Optional.empty());

    long predicted = outcome.samples().stream().mapToLong(sample -> sample.tokens() - 1).sum();
    assertThat(tasks.recorded.events)
        .isNotEmpty()
        .allSatisfy(event -> assertThat(event).isInstanceOf(JobEvent.Progressed.class));
    FisherProgress last = ((JobEvent.Progressed) tasks.recorded.events.getLast()).progress();
    assertThat(last.layersDone()).isEqualTo(last.layers());
    assertThat(tasks.meters.get("halcyon.fisher.tokens").counter().count())
        .isEqualTo((double) predicted);
    assertThat(tasks.meters.get("halcyon.fisher.tasks").counter().count()).isEqualTo(1.0);
  }

  @Test
  void aDescriptionThatWasChangedIsRefused() throws IOException {
    Range task = tasks.range("whole", 0, 1, Optional.empty());
    tasks.store.put(task.parts().key(), Json.bytes(new PlacedModel("x", Map.of(), Map.of())));

    Failure failure = tasks.refused(task);
    assertThat(failure.message()).contains("was changed");
  }

  @Test
  void aChangedTextObjectIsRefused() throws IOException {
    Range task = tasks.range("whole", 0, 1, Optional.empty());
    tasks.store.put("texts", Json.bytes(new CalibrationTexts(List.of())));

    Failure failure = tasks.refused(task);
    assertThat(failure.message()).contains("was changed");
    assertThat(((JobEvent.Failed) tasks.recorded.events.getLast()).failure().cause())
        .isEqualTo(Failure.Cause.ENVIRONMENT);
  }

  @Test
  void textsThatAreAllTooShortAreBadInput() throws IOException {
    Range task = tasks.range("whole", 0, 1, Optional.empty());
    Range short1 =
        new Range(
            "short",
            1,
            "base",
            task.source(),
            task.parts(),
            task.calibration(),
            0,
            1,
            2,
            3,
            task.estimator(),
            0,
            Optional.empty(),
            List.of());

    Failure failure = tasks.refused(short1);
    assertThat(failure.cause()).isEqualTo(Failure.Cause.BAD_INPUT);
    assertThat(failure.message()).contains("--min-tokens");
  }

  @Test
  void rangesWithoutAnyUsableTextAreBadInputOnlyTogether() throws IOException {
    Range task = tasks.range("whole", 0, 1, Optional.empty());
    Range empty =
        new Range(
            "none",
            1,
            "base",
            task.source(),
            task.parts(),
            task.calibration(),
            0,
            2,
            2,
            3,
            task.estimator(),
            0,
            Optional.empty(),
            List.of());
    StoredObject nothing = tasks.receive(empty).outcome();

    Failure failure =
        tasks.refused(new Merge("none", 1, "base", List.of(nothing), 0, Optional.empty()));
    assertThat(failure.cause()).isEqualTo(Failure.Cause.BAD_INPUT);
    assertThat(failure.message()).contains("no calibration sample is usable: 1 are too short");
  }
}
