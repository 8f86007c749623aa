package dev.halcyon.analysis.fisher.diagonal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.halcyon.analysis.fisher.FisherParameter;
import dev.halcyon.analysis.fisher.Golden;
import dev.halcyon.tensors.SafetensorsFile;
import dev.halcyon.tensors.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DiagonalFormatTest {
  private static final List<FisherParameter> PARAMETERS =
      List.of(parameter("a", 2, 3), parameter("b", 1));

  @TempDir Path folder;

  /// Kept after the test for `tools/golden/fisher_statistics_check.py`, which opens them with
  /// torch.
  @ParameterizedTest
  @EnumSource(DiagonalFormat.class)
  void theGoldenTensorsAreWritten(DiagonalFormat format) throws IOException {
    Path target = Files.createDirectories(Path.of("target", "fisher-files"));
    write(Golden.model(), format, target);
    write(Golden.edge(), format, Files.createDirectories(target.resolve("edge")));

    assertThat(target.resolve(format.fileName())).isNotEmptyFile();
  }

  @Test
  void aTorchArchiveHoldsAnUncompressedEntryForEachTensor() throws IOException {
    Path file = written(DiagonalFormat.PT);

    try (ZipFile zip = new ZipFile(file.toFile())) {
      assertThat(zip.stream().map(ZipEntry::getName))
          .containsExactly(
              "archive/data.pkl",
              "archive/byteorder",
              "archive/version",
              "archive/data/0",
              "archive/data/1");
      assertThat(zip.stream()).allMatch(entry -> entry.getMethod() == ZipEntry.STORED);
      assertThat(zip.getInputStream(zip.getEntry("archive/data/0")).readAllBytes())
          .isEqualTo(bytes(1, 2, 3, 4, 5, 6));
      assertThat(zip.getInputStream(zip.getEntry("archive/data/1")).readAllBytes())
          .isEqualTo(bytes(7));
    }
  }

  @Test
  void aTorchArchiveReadsFromFrontToBackWithItsChecksums() throws IOException {
    int entries = 0;
    try (ZipInputStream zip =
        new ZipInputStream(Files.newInputStream(written(DiagonalFormat.PT)))) {
      while (zip.getNextEntry() != null) {
        zip.readAllBytes();
        entries++;
      }
    }
    assertThat(entries).isEqualTo(5);
  }

  @Test
  void tensorsInATorchArchiveCanBeMapped() throws IOException {
    byte[] file = Files.readAllBytes(written(DiagonalFormat.PT));

    assertThat(indexOf(file, bytes(1, 2, 3, 4, 5, 6)) % 64).isZero();
    assertThat(indexOf(file, bytes(7)) % 64).isZero();
  }

  @ParameterizedTest
  @EnumSource(DiagonalFormat.class)
  void theSameContentIsTheSameBytesInWhateverOrderTensorsCome(DiagonalFormat format)
      throws IOException {
    byte[] first = Files.readAllBytes(written(format));
    try (DiagonalFile file = format.createIn(folder, PARAMETERS)) {
      file.write("b", heap(7));
      file.write("a", heap(1, 2));
      file.write("a", heap(3, 4, 5, 6));
      file.commit();
    }

    assertThat(folder.resolve(format.fileName())).hasBinaryContent(first);
  }

  @Test
  void safetensorsHoldEachTensorByItsName() throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(written(DiagonalFormat.SAFETENSORS))) {
      assertThat(file.bytes("a").toArray()).isEqualTo(bytes(1, 2, 3, 4, 5, 6));
      assertThat(file.bytes("b").toArray()).isEqualTo(bytes(7));
    }
  }

  @ParameterizedTest
  @EnumSource(DiagonalFormat.class)
  void anUnfinishedFileLeavesNothingBehind(DiagonalFormat format) throws IOException {
    try (DiagonalFile file = format.createIn(folder, PARAMETERS)) {
      file.write("a", heap(1, 2));
      assertThatIllegalStateException().isThrownBy(file::commit).withMessageContaining("tensor a");
    }

    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @EnumSource(DiagonalFormat.class)
  void moreEntriesThanTheShapeHasAreRefused(DiagonalFormat format) throws IOException {
    try (DiagonalFile file = format.createIn(folder, PARAMETERS)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> file.write("b", heap(1, 2)))
          .withMessageContaining("tensor b takes 4 bytes");
    }
  }

  @ParameterizedTest
  @EnumSource(DiagonalFormat.class)
  void anUnknownParameterIsRefused(DiagonalFormat format) throws IOException {
    try (DiagonalFile file = format.createIn(folder, PARAMETERS)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> file.write("c", heap(1)))
          .withMessageContaining("is to have no tensor c");
    }
  }

  @ParameterizedTest
  @EnumSource(DiagonalFormat.class)
  void twoParametersOfOneNameAreRefused(DiagonalFormat format) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> format.createIn(folder, List.of(parameter("a", 2), parameter("a", 2))));
    assertThat(folder).isEmptyDirectory();
  }

  private Path written(DiagonalFormat format) throws IOException {
    try (DiagonalFile file = format.createIn(folder, PARAMETERS);
        Arena arena = Arena.ofConfined()) {
      file.write("a", arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 2, 3, 4, 5, 6));
      file.write("b", arena.allocateFrom(ValueLayout.JAVA_FLOAT, 7));
      file.commit();
    }
    return folder.resolve(format.fileName());
  }

  private static void write(Golden golden, DiagonalFormat format, Path folder) throws IOException {
    try (DiagonalFile file = format.createIn(folder, golden.parameters())) {
      for (FisherParameter parameter : golden.parameters().reversed()) {
        file.write(parameter.name(), golden.tensor(parameter.name()));
      }
      file.commit();
    }
  }

  private static FisherParameter parameter(String name, long... shape) {
    return new FisherParameter(name, Shape.of(shape));
  }

  private static MemorySegment heap(float... values) {
    return MemorySegment.ofArray(values);
  }

  private static byte[] bytes(float... values) {
    return MemorySegment.ofArray(values).toArray(ValueLayout.JAVA_BYTE);
  }

  private static int indexOf(byte[] file, byte[] content) {
    for (int i = 0; i <= file.length - content.length; i++) {
      if (java.util.Arrays.equals(file, i, i + content.length, content, 0, content.length)) {
        return i;
      }
    }
    throw new AssertionError("the content is not in the file");
  }
}
