package dev.halcyon.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever the reference implementation refuses is refused; what it accepts reads the same, or is
/// refused by a decision of ours.
final class ReferenceVerdictsTest {
  /// Accepted by the reference, refused here: each could mean two things, or hurt a reader.
  private static final Set<String> STRICTER =
      Set.of(
          "white space before the brace",
          "tensor named twice, equal",
          "tensor without a name",
          "tensor is an array",
          "unknown field of a tensor",
          "NUL in a name",
          "escape sequence of a terminal in a name",
          "right-to-left override in a name",
          "metadata key twice",
          "name of 1001 characters",
          "65 dimensions");

  @TempDir Path folder;

  static List<Golden.Verdict> refused() {
    return Golden.verdicts().stream()
        .filter(verdict -> !verdict.accepted() || STRICTER.contains(verdict.name()))
        .toList();
  }

  static List<Golden.Verdict> accepted() {
    return Golden.verdicts().stream()
        .filter(verdict -> verdict.accepted() && !STRICTER.contains(verdict.name()))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("refused")
  void refusesAndNamesTheFile(Golden.Verdict verdict) throws IOException {
    Path file = write(verdict);
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageStartingWith("[" + file + "] ");
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void readsTheSameTensors(Golden.Verdict verdict) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(write(verdict))) {
      Map<String, Golden.Tensor> read = new TreeMap<>();
      for (TensorInfo tensor : file.tensors()) {
        byte[] content = file.bytes(tensor.name()).toArray();
        read.put(tensor.name(), Golden.tensor(tensor, MemorySegment.ofArray(content)));
      }
      assertThat(read).isEqualTo(verdict.tensors());
    }
  }

  @Test
  void everyDecisionOfOursIsOnTheTable() {
    assertThat(Golden.verdicts())
        .filteredOn(Golden.Verdict::accepted)
        .extracting(Golden.Verdict::name)
        .containsAll(STRICTER);
  }

  private Path write(Golden.Verdict verdict) throws IOException {
    return Files.write(folder.resolve("model.safetensors"), verdict.file().array());
  }
}
