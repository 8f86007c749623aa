package dev.halcyon.services.fisher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.job.Failure;
import dev.halcyon.contracts.job.FisherTask.Range;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.results.FisherCheckpoint;
import dev.halcyon.contracts.results.FisherOutcome;
import dev.halcyon.contracts.store.PlacedModel;
import dev.halcyon.contracts.store.TensorCopy;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.EndedAttempts;
import dev.halcyon.services.common.models.ModelUse;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The models of tasks: where their files may be, and which are refused.
class TaskModelTest {
  @TempDir private Path folder;
  private final ListenedTasks tasks = new ListenedTasks();

  @Test
  void tensorsThatTheConfigLeavesOutAreListed() throws IOException {
    String field = "\"num_hidden_layers\": ";
    FisherOutcome outcome =
        tasks.outcome(tasks.receive(tasks.of(tasks.changed(folder, field + "8", field + "7"))));

    assertThat(outcome.checkpoint().unused())
        .hasSize(9)
        .allMatch(name -> name.startsWith("model.layers.7."));
    assertThat(outcome.tensors())
        .noneMatch(tensor -> tensor.parameter().startsWith("model.layers.7."));
  }

  @Test
  void anUnknownFieldIsRefusedUnlessItIsAllowed() throws IOException {
    PlacedModel model = tasks.changed(folder, "\"vocab_size\"", "\"new_field\": 3, \"vocab_size\"");

    Failure failure = tasks.refused(tasks.of(model));
    assertThat(failure.cause()).isEqualTo(Failure.Cause.BAD_INPUT);
    assertThat(failure.message()).contains("new_field is 3", "--allow-config-field new_field");
    FisherCheckpoint checkpoint =
        tasks.outcome(tasks.receive(tasks.of(model, List.of("new_field", "other")))).checkpoint();
    assertThat(checkpoint.allowedConfigFields()).containsOnly(Map.entry("new_field", "3"));
  }

  @Test
  void aModelInTheStoreGivesWhatItsFolderGives() throws IOException {
    FisherOutcome folder = tasks.whole(Optional.empty());
    FisherOutcome stored =
        tasks.outcome(
            tasks.receive(tasks.of(PlacedModels.inStore(ListenedTasks.model(), tasks.store))));

    assertThat(stored).isEqualTo(folder);
    assertThat(tasks.store.find(PlacedModels.FOLDER.fileKey(".used"))).isPresent();
  }

  @Test
  void aModelMayLieInFilesAndInTheStore() throws IOException {
    PlacedModel stored = PlacedModels.inStore(ListenedTasks.model(), tasks.store);
    PlacedModel inPlace = PlacedModels.inPlace(ListenedTasks.model());
    Map<String, TensorCopy> mixed = new LinkedHashMap<>(stored.tensors());
    mixed.put("model.norm.weight", inPlace.tensors().get("model.norm.weight"));

    assertThat(
            tasks.outcome(tasks.receive(tasks.of(new PlacedModel("mixed", stored.files(), mixed)))))
        .isEqualTo(tasks.whole(Optional.empty()));
  }

  /// A layer's tensors are read once forward and once backward, each at once and by nobody's heap.
  @Test
  void aTensorInTheStoreIsReadAtOnceForEachPass() throws IOException {
    PlacedModel model = PlacedModels.inStore(ListenedTasks.model(), tasks.store);
    Map<String, List<MemorySegment>> reads = new ConcurrentHashMap<>();
    new TaskHandler(
            new EndedAttempts(tasks.store),
            new Outcomes(tasks.store),
            new ModelObjects(
                tasks.store, watched(reads)::read, new ModelUse(tasks.store, Clock.systemUTC())),
            ListenedTasks.MACHINE)
        .handle(tasks.of(model), _ -> {});

    String name = "model.layers.1.self_attn.q_proj.weight";
    long bytes = model.tensors().get(name).bytes();
    assertThat(reads.get(PlacedModels.FOLDER.tensorKey(name)))
        .hasSize(2)
        .allMatch(MemorySegment::isNative)
        .allMatch(target -> target.byteSize() == bytes);
  }

  /// The tasks.store, but what is read into memory is written down.
  private ObjectStore watched(Map<String, List<MemorySegment>> reads) {
    return (ObjectStore)
        Proxy.newProxyInstance(
            ObjectStore.class.getClassLoader(),
            new Class<?>[] {ObjectStore.class},
            (_, called, arguments) -> {
              if (called.getName().equals("read")) {
                reads
                    .computeIfAbsent((String) arguments[0], _ -> new ArrayList<>())
                    .add((MemorySegment) arguments[2]);
              }
              try {
                return called.invoke(tasks.store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  void anObjectThatIsGoneFailsTheJobForTheOperator() throws IOException {
    PlacedModel model = PlacedModels.inStore(ListenedTasks.model(), tasks.store);
    tasks.store.delete(PlacedModels.FOLDER.tensorKey("model.layers.1.self_attn.q_proj.weight"));
    Range task = tasks.of(model);

    Failure failure = tasks.refused(task);
    assertThat(failure.message()).contains("no object models/org--base/");
    assertThat(((JobEvent.Failed) tasks.recorded.events.getLast()).failure().cause())
        .isEqualTo(Failure.Cause.ENVIRONMENT);
    assertThat(tasks.recorded.results).isEmpty();
  }

  @Test
  void aModelThatChangedSinceThePlanFailsTheJob() throws IOException {
    for (String file : List.of("config.json", "tokenizer.json", "model.safetensors")) {
      Files.copy(ListenedTasks.model().resolve(file), folder.resolve(file));
    }
    for (String file : List.of("config.json", "tokenizer.json", "model.safetensors")) {
      Range task = tasks.of(PlacedModels.inPlace(folder));
      Files.setLastModifiedTime(folder.resolve(file), FileTime.fromMillis(1_000_000_000_000L));

      Failure failure = tasks.refused(task);
      assertThat(failure.cause()).isEqualTo(Failure.Cause.BAD_INPUT);
      assertThat(failure.message()).contains(file + " has changed since the job was planned");
    }
    JobEvent.Failed event = (JobEvent.Failed) tasks.recorded.events.getLast();
    assertThat(event.attempt()).isEqualTo(2);
    assertThat(event.failure().cause()).isEqualTo(Failure.Cause.BAD_INPUT);
    assertThat(tasks.recorded.results).isEmpty();
  }

  /// Whether it has a tokenizer makes no difference.
  @Test
  void aModelThatIsNotComputedIsBadInputAndNamed() throws IOException {
    Files.copy(
        ListenedTasks.model().resolve("model.safetensors"), folder.resolve("model.safetensors"));
    Files.copy(ListenedTasks.model().resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
    Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"mamba\"}");
    PlacedModel placed = PlacedModels.inPlace(folder);

    Failure failure = tasks.refused(tasks.of(placed));
    assertThat(failure.cause()).isEqualTo(Failure.Cause.BAD_INPUT);
    assertThat(failure.message()).contains(folder.toString(), "mamba");
    assertThat(tasks.refused(tasks.of(withoutTokenizer(placed)))).isEqualTo(failure);
  }

  @Test
  void aModelWithoutATokenizerIsBadInputAndToldWhatToDo() throws IOException {
    Failure failure =
        tasks.refused(tasks.of(withoutTokenizer(PlacedModels.inPlace(ListenedTasks.model()))));

    assertThat(failure.cause()).isEqualTo(Failure.Cause.BAD_INPUT);
    assertThat(failure.message())
        .isEqualTo(
            "[%s] %s".formatted(ListenedTasks.model(), PlacedModel.missing(PlacedModel.TOKENIZER)));
  }

  private static PlacedModel withoutTokenizer(PlacedModel model) {
    Map<String, TensorCopy.Location> files = new LinkedHashMap<>(model.files());
    files.remove(PlacedModel.TOKENIZER);
    return new PlacedModel(model.source(), files, model.tensors());
  }

  @Test
  void aTokenizerThatCannotBeReadIsBadInputAndNamed() throws IOException {
    PlacedModel model = PlacedModels.inStore(ListenedTasks.model(), tasks.store);
    tasks.store.put(PlacedModels.FOLDER.fileKey("tokenizer.json"), new byte[] {'{'});

    Failure failure = tasks.refused(tasks.of(model));
    assertThat(failure.cause()).isEqualTo(Failure.Cause.BAD_INPUT);
    assertThat(failure.message()).contains("org/base@", "tokenizer.json] cannot be understood");
  }
}
