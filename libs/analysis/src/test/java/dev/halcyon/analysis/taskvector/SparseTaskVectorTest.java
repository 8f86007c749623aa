package dev.halcyon.analysis.taskvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.analysis.taskvector.SparseTaskVector.Contents;
import dev.halcyon.analysis.taskvector.SparseTaskVector.Names;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.tensors.Checkpoint;
import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.InvalidCheckpointException;
import dev.halcyon.tensors.SafetensorsFile;
import dev.halcyon.tensors.SafetensorsWriter;
import dev.halcyon.tensors.Shape;
import dev.halcyon.tensors.TensorInfo;
import dev.halcyon.tensors.TensorSpec;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SparseTaskVectorTest {
  private static final Names NAMES = new Names("org/base", "org/tuned");

  @TempDir private Path folder;

  private static final class Tensor {
    private final DType dtype;
    private final Shape shape;
    private final byte[] bytes;

    Tensor(DType dtype, Shape shape, byte[] bytes) {
      this.dtype = dtype;
      this.shape = shape;
      this.bytes = bytes;
    }

    static Tensor of(DType dtype, Random random, long... shape) {
      byte[] bytes = new byte[(int) dtype.bytes(Shape.of(shape))];
      random.nextBytes(bytes);
      return new Tensor(dtype, Shape.of(shape), bytes);
    }

    /// The same with some of its bytes changed.
    Tensor changed(Random random, int bytesChanged) {
      byte[] changed = bytes.clone();
      for (int i = 0; i < bytesChanged && changed.length > 0; i++) {
        changed[random.nextInt(changed.length)] ^= (byte) (1 + random.nextInt(255));
      }
      return new Tensor(dtype, shape, changed);
    }
  }

  private static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    Files.createDirectories(file.getParent());
    List<TensorSpec> specs = new ArrayList<>();
    tensors.forEach((name, each) -> specs.add(new TensorSpec(name, each.dtype, each.shape)));
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, specs, metadata)) {
      for (Map.Entry<String, Tensor> tensor : tensors.entrySet()) {
        writer.write(tensor.getKey(), MemorySegment.ofArray(tensor.getValue().bytes));
      }
      writer.commit();
    }
  }

  private Path model(String name, Map<String, Tensor> tensors) throws IOException {
    write(folder.resolve(name).resolve("model.safetensors"), tensors, Map.of("by", name));
    return folder.resolve(name);
  }

  private Contents make(Path base, Path tuned, Path... others) throws IOException {
    try (Checkpoint from = Checkpoint.open(base);
        Checkpoint to = Checkpoint.open(tuned)) {
      return SparseTaskVector.write(NAMES, from, to, List.of(others), vector(), _ -> {});
    }
  }

  private Path vector() {
    return folder.resolve("vector.safetensors");
  }

  private List<String> restore(Path base) throws IOException {
    Files.createDirectories(folder.resolve("restored"));
    try (Checkpoint from = Checkpoint.open(base)) {
      return SparseTaskVector.restore(vector(), from, folder.resolve("restored"), _ -> {});
    }
  }

  private void assertRestored(Path tuned, List<String> names) {
    for (String name : names) {
      assertThat(folder.resolve("restored").resolve(name))
          .as(name)
          .hasSameBinaryContentAs(tuned.resolve(name));
    }
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void aFewChangedElementsOfAnyTypeAreStoredByThemselvesAndRestored(DType dtype)
      throws IOException {
    Random random = new Random(1);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("a", Tensor.of(dtype, random, 64, 32));
    tensors.put("b", Tensor.of(dtype, random, 128));
    Path base = model("base", tensors);
    tensors.put("a", tensors.get("a").changed(random, 3));
    Path tuned = model("tuned", tensors);

    Contents contents = make(base, tuned);

    assertThat(contents.sparse()).isEqualTo(1);
    assertThat(contents.same()).isEqualTo(1);
    assertThat(contents.changed()).isBetween(1L, 3L);
    assertRestored(tuned, restore(base));
  }

  /// Models by chance: tensors that are new, gone, of another type or shape, empty, changed
  /// everywhere or nowhere.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void anyFineTuneIsRestoredBitForBit(long seed) throws IOException {
    Random random = new Random(seed);
    List<DType> types = List.of(DType.values());
    Map<String, Tensor> before = new LinkedHashMap<>();
    Map<String, Tensor> after = new LinkedHashMap<>();
    for (int i = 0; i < 20; i++) {
      String name = "model.layers." + i + ".w";
      DType dtype = types.get(random.nextInt(types.size()));
      Tensor tensor = Tensor.of(dtype, random, 8L * random.nextInt(40), 1 + random.nextInt(9));
      before.put(name, tensor);
      switch (random.nextInt(6)) {
        case 0 -> after.put(name, tensor);
        case 1 -> after.put(name, Tensor.of(dtype, random, 16));
        case 2 -> after.put(name, Tensor.of(DType.U8, random, tensor.bytes.length));
        case 3 -> after.put("new." + name, tensor);
        case 4 -> after.put(name, tensor.changed(random, 100_000));
        default -> after.put(name, tensor.changed(random, 1 + random.nextInt(20)));
      }
    }
    Path base = model("base", before);
    Path tuned = model("tuned", after);

    Contents contents = make(base, tuned);

    assertThat(contents.same() + contents.sparse() + contents.whole()).isEqualTo(after.size());
    assertRestored(tuned, restore(base));
  }

  @Test
  void aTensorOfManyBlocksIsRestored() throws IOException {
    Random random = new Random(5);
    Tensor large = Tensor.of(DType.F32, random, 3, 400_001);
    Path base = model("base", Map.of("w", large));
    Path tuned = model("tuned", Map.of("w", large.changed(random, 300_000)));

    assertThat(make(base, tuned).sparse()).isEqualTo(1);
    assertRestored(tuned, restore(base));
  }

  @Test
  void shardsTheirIndexAndFilesBesideThemAreRestored() throws IOException {
    Random random = new Random(6);
    Tensor a = Tensor.of(DType.BF16, random, 32, 32);
    Tensor b = Tensor.of(DType.BF16, random, 16, 16);
    Path base = model("base", Map.of("a", a, "b", b));
    Path tuned = folder.resolve("tuned");
    write(
        tuned.resolve("model-00001-of-00002.safetensors"),
        Map.of("a", a.changed(random, 4)),
        Map.of());
    write(
        tuned.resolve("model-00002-of-00002.safetensors"),
        Map.of("b", b, "a", a.changed(random, 2)),
        Map.of());
    Path index = tuned.resolve("model.safetensors.index.json");
    Files.writeString(
        index,
        """
        {"weight_map": {"a": "model-00001-of-00002.safetensors",
                        "b": "model-00002-of-00002.safetensors"}}
        """);
    Path config = tuned.resolve("config.json");
    Files.writeString(config, "{}");

    make(base, tuned, index, config);

    List<String> names = restore(base);
    assertThat(names)
        .containsExactly(
            "model-00001-of-00002.safetensors",
            "model-00002-of-00002.safetensors",
            "model.safetensors.index.json",
            "config.json");
    assertRestored(tuned, names);
  }

  @Test
  void namesThatDifferByAPrefixArePaired() throws IOException {
    Random random = new Random(7);
    Map<String, Tensor> before = new LinkedHashMap<>();
    Map<String, Tensor> after = new LinkedHashMap<>();
    for (int i = 0; i < 6; i++) {
      Tensor tensor = Tensor.of(DType.F16, random, 16, 8 + i);
      before.put("layers." + i + ".mlp.up_proj.weight", tensor);
      after.put("model.layers." + i + ".mlp.up_proj.weight", tensor);
    }
    Path base = model("base", before);
    Path tuned = model("tuned", after);

    assertThat(make(base, tuned).same()).isEqualTo(6);
    assertRestored(tuned, restore(base));
  }

  @Test
  void theFileIsOneThatAnyReaderOfSafetensorsOpens() throws IOException {
    Tensor tensor = Tensor.of(DType.F32, new Random(8), 64);
    byte[] changed = tensor.bytes.clone();
    changed[5 * 4] ^= 1;
    changed[63 * 4 + 3] ^= 1;
    Path base = model("base", Map.of("w", tensor));
    make(base, model("tuned", Map.of("w", new Tensor(DType.F32, Shape.of(64), changed))));

    try (SafetensorsFile file = SafetensorsFile.open(vector())) {
      assertThat(file.tensors().stream().map(TensorInfo::name))
          .contains("indices/w", "values/w", "manifest", "header/model.safetensors");
      assertThat(
              MemorySegment.ofArray(file.bytes("indices/w").toArray())
                  .toArray(ValueLayout.JAVA_INT_UNALIGNED))
          .containsExactly(5, 63);
      assertThat(file.bytes("values/w").size()).isEqualTo(8);
    }
  }

  @Test
  void anotherBaseIsRefused() throws IOException {
    Random random = new Random(9);
    Tensor tensor = Tensor.of(DType.F32, random, 64);
    make(
        model("base", Map.of("w", tensor)), model("tuned", Map.of("w", tensor.changed(random, 2))));
    Path other = model("other", Map.of("w", tensor.changed(random, 60)));
    Path reshaped = model("reshaped", Map.of("w", Tensor.of(DType.F32, random, 32)));

    assertThatThrownBy(() -> restore(other))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageContaining("is not the base that it was made from (org/base)");
    assertThatThrownBy(() -> restore(reshaped))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageContaining("needs tensor w of F32 64,");
  }

  @Test
  void aModelIsNoTaskVector() throws IOException {
    Path base = model("base", Map.of("w", Tensor.of(DType.F32, new Random(1), 4)));
    Files.copy(base.resolve("model.safetensors"), vector());

    assertThatThrownBy(() -> restore(base))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageContaining("is not a sparse task vector");
  }

  @Test
  void damagedValuesAreFoundByTheirDigest() throws IOException {
    assertRefused(
        "comes out with SHA-256",
        tensors -> {
          tensors.get("values/w").bytes[0] ^= 1;
          return tensors;
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"64", "-1"})
  void positionsThatTheTensorDoesNotHaveAreRefused(int position) throws IOException {
    assertRefused(
        position < 0 ? "do not ascend" : "changes elements that tensor w does not have",
        tensors -> {
          MemorySegment.ofArray(tensors.get("indices/w").bytes)
              .set(ValueLayout.JAVA_INT_UNALIGNED, 0, position);
          return tensors;
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"../model.safetensors", "/model.safetensors", "a/b", ".hidden", ""})
  void aNameThatLeadsOutOfTheFolderIsRefused(String name) throws IOException {
    assertRefused(
        "",
        tensors -> {
          Tensor manifest = tensors.remove("manifest");
          String text =
              new String(manifest.bytes, StandardCharsets.UTF_8)
                  .replace("\"name\":\"model.safetensors\"", "\"name\":\"" + name + "\"");
          byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
          tensors.put("manifest", new Tensor(DType.U8, Shape.of(bytes.length), bytes));
          tensors.put("header/" + name, tensors.remove("header/model.safetensors"));
          return tensors;
        });
    assertThat(folder.resolve("model.safetensors")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"values/w", "indices/w", "header/model.safetensors", "manifest"})
  void aMissingEntryIsRefused(String entry) throws IOException {
    assertRefused(
        entry.equals("manifest") ? "not a sparse task vector" : "has no ",
        tensors -> {
          tensors.remove(entry);
          return tensors;
        });
  }

  @Test
  void aManifestOfAnotherVersionIsRefused() throws IOException {
    byte[] manifest = Json.bytes(new SparseManifest(2, "base", "tuned", List.of(), List.of()));
    assertRefused(
        "is of version 2",
        tensors -> {
          tensors.put("manifest", new Tensor(DType.U8, Shape.of(manifest.length), manifest));
          return tensors;
        });
  }

  /// Makes a task vector with one changed element, changes the file, and applies it.
  private void assertRefused(String message, UnaryOperator<Map<String, Tensor>> change)
      throws IOException {
    Random random = new Random(10);
    Tensor tensor = Tensor.of(DType.F32, random, 64);
    Path base = model("base", Map.of("w", tensor));
    make(base, model("tuned", Map.of("w", tensor.changed(random, 1))));
    Map<String, Tensor> entries = new LinkedHashMap<>();
    try (SafetensorsFile file = SafetensorsFile.open(vector())) {
      for (TensorInfo entry : file.tensors()) {
        byte[] bytes = file.bytes(entry.name()).toArray();
        entries.put(entry.name(), new Tensor(entry.dtype(), entry.shape(), bytes));
      }
    }
    write(vector(), change.apply(entries), Map.of());

    assertThatThrownBy(() -> restore(base))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageContaining(message);
  }
}
