package dev.halcyon.services.fisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.halcyon.contracts.job.FisherTask.Merge;
import dev.halcyon.contracts.request.FisherSettings.Diagonal;
import dev.halcyon.contracts.results.FisherOutcome;
import dev.halcyon.contracts.results.FisherOutcome.SavedDiagonal;
import dev.halcyon.contracts.results.FisherOutcome.SavedFile;
import dev.halcyon.contracts.results.FisherTensor;
import dev.halcyon.contracts.store.Digest;
import dev.halcyon.contracts.store.StoredObject;
import dev.halcyon.tensors.Checkpoint;
import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The files of a saved diagonal.
class SavedDiagonalTest {
  @TempDir private Path folder;
  private final ListenedTasks tasks = new ListenedTasks();

  @Test
  void theSavedDiagonalHoldsEveryEntry() throws IOException {
    FisherOutcome outcome = tasks.whole(Optional.of(Diagonal.SAFETENSORS));
    SavedDiagonal saved = outcome.diagonal().orElseThrow();
    byte[] content = tasks.store.get(saved.object().key());
    Path file = Files.write(folder.resolve(saved.file()), content);

    assertThat(saved.file()).isEqualTo("fisher_diagonal.safetensors");
    assertThat(Digest.sha256(content)).isEqualTo(saved.object().sha256());
    try (Checkpoint diagonal = Checkpoint.open(file)) {
      for (FisherTensor tensor : outcome.tensors()) {
        byte[] entries = diagonal.bytes(diagonal.find(tensor.parameter()).orElseThrow()).toArray();
        ByteBuffer values = ByteBuffer.wrap(entries).order(ByteOrder.LITTLE_ENDIAN);
        double sum = 0;
        while (values.hasRemaining()) {
          sum += values.getFloat();
        }
        assertThat(sum).isCloseTo(tensor.statistics().sum(), within(1e-9 * sum));
      }
    }
  }

  @Test
  void aDiagonalSavedAsACheckpointHasNamesAndShapesOfTheModel() throws IOException {
    FisherOutcome outcome = tasks.whole(Optional.of(Diagonal.CHECKPOINT));
    SavedDiagonal saved = outcome.diagonal().orElseThrow();
    Path written = write(saved).resolve("fisher_diagonal");

    assertThat(saved.files())
        .extracting(SavedFile::file)
        .containsExactly(
            "fisher_diagonal/model-00001-of-00001.safetensors",
            "fisher_diagonal/model.safetensors.index.json",
            "fisher_diagonal/config.json");
    try (Checkpoint diagonal = Checkpoint.open(written);
        Checkpoint weights = Checkpoint.open(ListenedTasks.model())) {
      assertThat(diagonal.tensors())
          .extracting(TensorInfo::name, TensorInfo::shape)
          .containsExactlyInAnyOrderElementsOf(
              weights.tensors().stream().map(w -> tuple(w.name(), w.shape())).toList());
      assertThat(diagonal.tensors()).extracting(TensorInfo::dtype).containsOnly(DType.F32);
    }
    assertThat(tasks.store.get(saved.object().key()))
        .as("the values")
        .isEqualTo(
            tasks.store.get(
                tasks
                    .outcome(
                        tasks.receive(
                            tasks.range("single", 0, 1, Optional.of(Diagonal.SAFETENSORS))))
                    .diagonal()
                    .orElseThrow()
                    .object()
                    .key()));
    assertThat(Files.readString(written.resolve("config.json")))
        .contains("\"LlamaForCausalLM\"")
        .contains("\"float32\"");
  }

  @Test
  void rangesSaveTheCheckpointOfTheWhole() throws IOException {
    Optional<Diagonal> save = Optional.of(Diagonal.CHECKPOINT);
    List<StoredObject> parts = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      parts.add(tasks.receive(tasks.range("parts", i, 2, save)).outcome());
    }
    SavedDiagonal merged =
        tasks
            .outcome(tasks.receive(new Merge("parts", 2, "base", parts, 3, save)))
            .diagonal()
            .orElseThrow();
    SavedDiagonal whole = tasks.whole(save).diagonal().orElseThrow();

    assertThat(merged.files())
        .extracting(SavedFile::file)
        .isEqualTo(whole.files().stream().map(SavedFile::file).toList());
    assertThat(merged.companions())
        .extracting(companion -> companion.object().sha256())
        .isEqualTo(whole.companions().stream().map(file -> file.object().sha256()).toList());
  }

  private Path write(SavedDiagonal saved) throws IOException {
    for (SavedFile file : saved.files()) {
      Path target = folder.resolve(file.file());
      Files.createDirectories(target.getParent());
      Files.write(target, tasks.store.get(file.object().key()));
    }
    return folder;
  }
}
