package dev.halcyon.analysis.taskvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.halcyon.analysis.taskvector.TaskVectorAnalysis.Tensor;
import dev.halcyon.analysis.taskvector.TaskVectorScan.Elements;
import dev.halcyon.tensors.SafetensorsFile;
import dev.halcyon.tensors.TensorInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Against torch's difference and statistics (`tools/golden/task_vector_golden.py`).
class TaskVectorGoldenTest {
  private static final Path FOLDER = Path.of("src/test/resources/dev/halcyon/analysis/taskvector");
  private static final double RELATIVE = 1e-13;

  private SafetensorsFile base;
  private SafetensorsFile tuned;

  @BeforeEach
  void open() throws IOException {
    base = SafetensorsFile.open(FOLDER.resolve("base.safetensors"));
    tuned = SafetensorsFile.open(FOLDER.resolve("tuned.safetensors"));
  }

  @AfterEach
  void close() throws IOException {
    base.close();
    tuned.close();
  }

  private ChangeStatistics scan(TensorInfo tensor, TaskVectorScan.Sink sink) throws IOException {
    return new TaskVectorScan()
        .scan(
            new Elements(tensor.dtype(), base.bytes(tensor.name())),
            new Elements(tensor.dtype(), tuned.bytes(tensor.name())),
            tensor.shape().elements(),
            sink);
  }

  @Test
  void everyElementIsTorchsDifferenceToTheLastBit() throws IOException {
    try (SafetensorsFile golden = SafetensorsFile.open(FOLDER.resolve("vector.safetensors"))) {
      for (TensorInfo tensor : base.tensors()) {
        ByteArrayOutputStream change = new ByteArrayOutputStream();
        var _ = scan(tensor, floats -> change.writeBytes(floats.toArray(ValueLayout.JAVA_BYTE)));

        assertThat(change.toByteArray())
            .as(tensor.name())
            .isEqualTo(golden.bytes(tensor.name()).toArray());
      }
    }
  }

  @Test
  void statisticsAreTorchs() throws IOException {
    List<Tensor> tensors = new ArrayList<>();
    for (TensorInfo tensor : base.tensors()) {
      tensors.add(new Tensor(tensor.name(), tensor.shape(), scan(tensor, _ -> {})));
    }
    ObjectMapper json = new ObjectMapper();
    JsonNode expected = json.readTree(FOLDER.resolve("expected.json").toFile());

    assertHolds("", json.readTree(TaskVectorAnalysis.of(tensors).json()), expected);
  }

  @Test
  void layersComeInTheOrderOfAForwardPass() throws IOException {
    List<Tensor> tensors = new ArrayList<>();
    for (TensorInfo tensor : base.tensors().reversed()) {
      tensors.add(new Tensor(tensor.name(), tensor.shape(), scan(tensor, _ -> {})));
    }

    assertThat(TaskVectorAnalysis.of(tensors).layerStats().keySet())
        .containsExactly("embeddings", "layer_0", "layer_1", "layer_10", "final_norm", "lm_head");
  }

  /// All that is expected is there; there may be more.
  private static void assertHolds(String path, JsonNode found, JsonNode expected) {
    assertThat(found).as(path).isNotNull();
    if (expected.isObject()) {
      expected
          .fieldNames()
          .forEachRemaining(
              name -> assertHolds(path + "/" + name, found.get(name), expected.get(name)));
    } else if (expected.isFloatingPointNumber()) {
      double value = expected.doubleValue();
      assertThat(found.doubleValue())
          .as(path)
          .isCloseTo(value, within(RELATIVE * Math.max(Math.abs(value), 1e-2)));
    } else {
      assertThat(found).as(path).isEqualTo(expected);
    }
  }
}
