package dev.halcyon.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CheckpointTest {
  private static final String FIRST = "model-00001-of-00002.safetensors";
  private static final String SECOND = "model-00002-of-00002.safetensors";

  @TempDir Path folder;

  @Test
  void oneFileIsACheckpoint() throws IOException {
    TinyFiles.write(folder.resolve("weights.safetensors"), "b", "a");
    Files.writeString(folder.resolve("config.json"), "{}");
    for (Path path : new Path[] {folder, folder.resolve("weights.safetensors")}) {
      try (Checkpoint checkpoint = Checkpoint.open(path)) {
        assertThat(checkpoint.tensors()).extracting(TensorInfo::name).containsExactly("a", "b");
        assertThat(value(checkpoint, "a")).isEqualTo(1);
        assertThat(checkpoint.find("c")).isEmpty();
        assertThat(checkpoint.totalBytes()).isEqualTo(8);
        assertThat(checkpoint.companion("config.json")).contains(folder.resolve("config.json"));
      }
    }
  }

  @Test
  void linksIntoABlobStoreAreFollowed() throws IOException {
    Path snapshot = Files.createDirectories(folder.resolve("snapshots/0123abc"));
    Path blobs = Files.createDirectories(folder.resolve("blobs"));
    link(snapshot, FIRST, TinyFiles.write(blobs.resolve("sha1"), "a"));
    link(snapshot, SECOND, TinyFiles.write(blobs.resolve("sha2"), "b", "c"));
    Path index = TinyFiles.index(blobs, "a", FIRST, "b", SECOND, "c", SECOND);
    link(snapshot, "model.safetensors.index.json", index);
    try (Checkpoint checkpoint = Checkpoint.open(snapshot)) {
      assertThat(value(checkpoint, "c")).isEqualTo(1);
      assertThat(checkpoint.find("c").orElseThrow().file()).isEqualTo(snapshot.resolve(SECOND));
    }
  }

  @Test
  void aTensorOfTheIndexIsInItsShard() throws IOException {
    TinyFiles.write(folder.resolve(FIRST), "a", "b");
    TinyFiles.write(folder.resolve(SECOND), "c");
    assertRefused(
        "is not in " + SECOND + ", where the index has it",
        "a",
        FIRST,
        "b",
        FIRST,
        "c",
        SECOND,
        "d",
        SECOND);
  }

  @Test
  void theIndexDecidesAndWhatElseShardsHoldIsNamed() throws IOException {
    TinyFiles.write(folder.resolve(FIRST), "b", "stale");
    TinyFiles.write(folder.resolve(SECOND), "c", "stale", "mtp", "x.lora_A.weight");
    TinyFiles.index(folder, "b", FIRST, "c", SECOND, "stale", SECOND);
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThat(checkpoint.tensors())
          .extracting(TensorInfo::name)
          .containsExactly("b", "c", "stale");
      assertThat(checkpoint.find("stale").orElseThrow().file()).isEqualTo(folder.resolve(SECOND));
      assertThat(checkpoint.notes())
          .containsExactly(
              FIRST + " holds a tensor that the index has in another shard; ignored: stale",
              SECOND
                  + " holds 2 tensors that the index does not list; ignored: mtp, x.lora_A.weight");
    }
  }

  @Test
  void ofTwoSetsOfWeightsTheOneThatTransformersTakesIsNamed() throws IOException {
    TinyFiles.write(folder.resolve("model.safetensors"), "a");
    TinyFiles.write(folder.resolve(FIRST), "a");
    TinyFiles.index(folder, "a", FIRST);
    Files.writeString(folder.resolve("pytorch_model.bin"), "");
    Files.writeString(folder.resolve("training_args.bin"), "");
    assertNotes(
        "weights are read from model.safetensors; ignored: "
            + FIRST
            + ", model.safetensors.index.json, pytorch_model.bin");
    Files.delete(folder.resolve("model.safetensors"));
    assertNotes(
        "weights are read from "
            + FIRST
            + ", model.safetensors.index.json; ignored: pytorch_model.bin");
  }

  @Test
  void aCompleteSetOfShardsNeedsNoIndex() throws IOException {
    TinyFiles.write(folder.resolve(FIRST), "a");
    TinyFiles.write(folder.resolve(SECOND), "b", "c");
    assertNotes("there is no index; the set of 2 shards is complete and read without one");
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThat(value(checkpoint, "c")).isEqualTo(1);
    }
    TinyFiles.write(folder.resolve(SECOND), "a", "c");
    assertThatThrownBy(() -> Checkpoint.open(folder))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageContaining("tensor a: is in " + FIRST + " and in " + SECOND);
  }

  @Test
  void aMissingBlobOfTheCacheIsNamed() throws IOException {
    Path snapshot = Files.createDirectories(folder.resolve("snapshots/0123abc"));
    link(snapshot, "model.safetensors", Path.of("9f86d081"));
    assertThatThrownBy(() -> Checkpoint.open(snapshot))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageStartingWith("[" + snapshot.resolve("model.safetensors") + "] is a link to the")
        .hasMessageContaining("blob 9f86d081 of the Hugging Face cache, which is not there");
    Files.delete(snapshot.resolve("model.safetensors"));
    TinyFiles.write(snapshot.resolve("model.safetensors"), "a");
    link(snapshot, "tokenizer.json", Path.of("0abc"));
    try (Checkpoint checkpoint = Checkpoint.open(snapshot)) {
      assertThatThrownBy(() -> checkpoint.companion("tokenizer.json"))
          .isInstanceOf(InvalidCheckpointException.class)
          .hasMessageContaining("blob 0abc of the Hugging Face cache");
    }
  }

  @Test
  void aMissingShardIsNamed() throws IOException {
    TinyFiles.write(folder.resolve(FIRST), "a");
    assertRefused(
        "[" + folder.resolve(SECOND) + "] no such file; the index has 2 tensors in it",
        "a",
        FIRST,
        "b",
        SECOND,
        "c",
        SECOND);
    Files.createSymbolicLink(folder.resolve(SECOND), folder.resolve("gone"));
    assertRefused("is a link to a file that is not there", "a", FIRST, "b", SECOND);
    Files.delete(folder.resolve(SECOND));
    Files.createDirectory(folder.resolve(SECOND));
    assertRefused("is a folder, not a file", "a", FIRST, "b", SECOND);
  }

  @Test
  void anIndexThatIsALinkToNothingIsNamed() throws IOException {
    Path index = folder.resolve("model.safetensors.index.json");
    Files.createSymbolicLink(index, folder.resolve("gone"));
    assertThatThrownBy(() -> Checkpoint.open(folder))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageStartingWith("[" + index + "] is a link to a file that is not there");
  }

  @Test
  void aShardOutsideTheFolderIsRefused() throws IOException {
    Path inner = Files.createDirectory(folder.resolve("inner"));
    TinyFiles.write(folder.resolve("outside.safetensors"), "a");
    TinyFiles.index(inner, "a", "../outside.safetensors");
    assertThatThrownBy(() -> Checkpoint.open(inner))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageContaining("is not the name of a .safetensors file beside the index");
  }

  @Test
  void damageNamesTheShard() throws IOException {
    TinyFiles.write(folder.resolve(FIRST), "a");
    Files.write(folder.resolve(SECOND), TinyFiles.raw("{}", 3));
    assertRefused("[" + folder.resolve(SECOND) + "] 3 bytes at offset 10", "a", FIRST, "b", SECOND);
  }

  @Test
  void adaptersAreRefusedByTheirTensorsToo() throws IOException {
    Path file =
        TinyFiles.write(folder.resolve("x.safetensors"), "base_model.model.q_proj.lora_A.weight");
    assertThatThrownBy(() -> Checkpoint.open(file))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageContaining("LoRA (PEFT) adapter")
        .hasMessageContaining("merge_and_unload");
  }

  @Test
  void packedWeightsAreRefusedByTheirTensors() throws IOException {
    TinyFiles.write(folder.resolve("model.safetensors"), "model.layers.0.mlp.up_proj.qweight");
    assertThatThrownBy(() -> Checkpoint.open(folder))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageContaining("model.layers.0.mlp.up_proj.qweight")
        .hasMessageContaining("GPTQ or AWQ");
  }

  /// Tensors as formats spell them, with their types, and what the format is called.
  @ParameterizedTest
  @CsvSource({
    "x.qweight I32 x.qzeros I32, GPTQ or AWQ",
    "x.weight_packed U8 x.weight_scale F8_E4M3 x.weight_global_scale F32, compressed-tensors",
    "x.weight U8 x.weight_scale F8_E4M3 x.weight_scale_2 F32, NVFP4",
    "x.gate_up_proj_blocks U8 x.gate_up_proj_scales U8, MXFP4",
    "x.weight U8 x.weight.absmax F32 x.weight.quant_state.bitsandbytes__nf4 U8, bitsandbytes",
    "x.weight I8 x.SCB F32, bitsandbytes",
    "x.weight I8 x.weight_scale BF16, int8 (W8A8)",
    "x.weight U32 x.scales BF16 x.biases BF16, MLX",
    "x.W_q U8, HQQ",
    "x.codebooks F16, AQLM"
  })
  void packedWeightsAreNamedByTheirFormat(String tensors, String format) throws IOException {
    String[] words = tensors.split(" ", -1);
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(
            folder.resolve("model.safetensors"), specs(words), Map.of("format", "pt"))) {
      for (int i = 0; i < words.length; i += 2) {
        DType type = DType.of(words[i + 1]).orElseThrow();
        writer.write(words[i], MemorySegment.ofArray(new byte[4 * type.bytes()]));
      }
      writer.commit();
    }

    assertThatThrownBy(() -> Checkpoint.open(folder))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageContaining("quantized by " + format)
        .hasMessageContaining("packed");
  }

  private static List<TensorSpec> specs(String[] words) {
    List<TensorSpec> specs = new ArrayList<>();
    for (int i = 0; i < words.length; i += 2) {
      specs.add(new TensorSpec(words[i], DType.of(words[i + 1]).orElseThrow(), Shape.of(2, 2)));
    }
    return specs;
  }

  @Test
  void packedWeightsAreRefusedByTheConfig() throws IOException {
    TinyFiles.write(folder.resolve("model.safetensors"), "a");
    Path config =
        Files.writeString(
            folder.resolve("config.json"),
            "{\"x\": [{}], \"quantization_config\": {\"bits\": 4, \"quant_method\": \"awq\"}}");
    assertThatThrownBy(() -> Checkpoint.open(folder))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageStartingWith("[" + config + "] says that this is a checkpoint quantized by AWQ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"quant_method\": \"modelopt\", \"quant_algo\": \"NVFP4\" | NVFP4",
        "\"quant_method\": \"mxfp4\" | MXFP4",
        "\"quant_method\": \"compressed-tensors\", \"format\": \"pack-quantized\" |"
            + " compressed-tensors (pack-quantized)",
        "\"quant_method\": \"compressed-tensors\", \"format\": \"int-quantized\" |"
            + " compressed-tensors (int-quantized)",
        "\"quant_method\": \"bitsandbytes\", \"load_in_8bit\": true | bitsandbytes"
      })
  void formatsAreNamedByTheConfig(String fields, String format) throws IOException {
    TinyFiles.write(folder.resolve("model.safetensors"), "a");
    for (String config :
        List.of(
            "{\"quantization_config\": {%s}}",
            "{\"text_config\": {\"x\": 1, \"quantization_config\": {%s}}}")) {
      Files.writeString(folder.resolve("config.json"), config.formatted(fields));
      assertThatThrownBy(() -> Checkpoint.open(folder))
          .isInstanceOf(InvalidCheckpointException.class)
          .hasMessageContaining("quantized by " + format + ", whose weights are packed");
    }
  }

  @Test
  void theBlocksOfScalesAreReadFromTheConfig() throws IOException {
    TinyFiles.write(folder.resolve("model.safetensors"), "a");
    for (String config :
        List.of(
            "{\"quantization_config\": {\"quant_method\": \"fp8\","
                + " \"weight_block_size\": [64, 32]}}",
            "{\"quantization_config\": {\"quant_method\": \"compressed-tensors\","
                + " \"config_groups\": {\"group_0\": {\"weights\":"
                + " {\"num_bits\": 8, \"block_structure\": [64, 32]}}}}}")) {
      Files.writeString(folder.resolve("config.json"), config);
      try (Checkpoint checkpoint = Checkpoint.open(folder)) {
        assertThat(checkpoint.quantization().block()).containsExactly(64L, 32L);
      }
    }
  }

  @Test
  void otherConfigsAreNoObstacle() throws IOException {
    TinyFiles.write(folder.resolve("model.safetensors"), "a");
    for (String config :
        new String[] {
          "not JSON",
          "{\"limit\": Infinity}",
          "[]",
          "{\"quant_method\": \"awq\"}",
          "{\"quantization_config\": {\"quant_method\": \"fp8\"}}",
          "{\"quantization_config\": {\"quant_method\": \"modelopt\", \"quant_algo\": \"FP8\"}}",
          "{\"quantization_config\": {\"quant_method\": \"compressed-tensors\","
              + " \"format\": \"float-quantized\"}}",
          "{\"quantization_config\": null}"
        }) {
      Files.writeString(folder.resolve("config.json"), config);
      Checkpoint.open(folder).close();
    }
  }

  @Test
  void whatIsNotThereIsSaid() throws IOException {
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> Checkpoint.open(missing))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessage("[" + missing + "] no such folder or file");
    Path gguf = Files.writeString(folder.resolve("model.gguf"), "GGUF");
    assertThatThrownBy(() -> Checkpoint.open(gguf))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageContaining("holds GGUF weights (model.gguf)");
  }

  @Test
  void weightsOneFolderBelowArePointedAt() throws IOException {
    Path below = Files.createDirectory(folder.resolve("my-model"));
    Files.writeString(below.resolve("model.safetensors"), "");
    Files.createDirectory(folder.resolve("docs"));
    Files.writeString(folder.resolve("README.md"), "");
    assertThatThrownBy(() -> Checkpoint.open(folder))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessage(
            "[%s] holds no .safetensors file, but a folder in it does: give %s"
                .formatted(folder, below));

    Path another = Files.createDirectory(folder.resolve("checkpoint-500"));
    Files.writeString(another.resolve("model.safetensors.index.json"), "");
    assertThatThrownBy(() -> Checkpoint.open(folder))
        .hasMessageContaining("folders in it do (checkpoint-500, my-model): give one of them");
  }

  private void assertRefused(String problem, String... tensorsAndShards) throws IOException {
    TinyFiles.index(folder, tensorsAndShards);
    assertThatThrownBy(() -> Checkpoint.open(folder))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageContaining(problem);
  }

  private void assertNotes(String... notes) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThat(checkpoint.notes()).containsExactly(notes);
    }
  }

  private static void link(Path snapshot, String name, Path blob) throws IOException {
    Files.createSymbolicLink(
        snapshot.resolve(name), Path.of("../../blobs").resolve(blob.getFileName()));
  }

  private static float value(Checkpoint checkpoint, String name) throws IOException {
    float[] value = new float[1];
    checkpoint.bytes(checkpoint.find(name).orElseThrow()).read(0, MemorySegment.ofArray(value));
    return value[0];
  }
}
