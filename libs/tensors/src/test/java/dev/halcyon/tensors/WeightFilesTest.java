package dev.halcyon.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WeightFilesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          model.safetensors config.json | model.safetensors
          model.safetensors model.safetensors.index.json other.safetensors | model.safetensors
          model.safetensors adapter_config.json adapter_model.safetensors | model.safetensors
          weights.safetensors pytorch_model.bin | weights.safetensors
          model-00001-of-00001.safetensors | model-00001-of-00001.safetensors
          model.safetensors ._model.safetensors | model.safetensors
          """)
  void oneFile(String names, String file) {
    assertThat(in(names)).isEqualTo(new WeightFiles.Single(file));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          model.safetensors.index.json consolidated.safetensors | model.safetensors.index.json
          diffusion.safetensors.index.json a-1-of-2.safetensors a-2-of-2.safetensors | diffusion.safetensors.index.json
          """)
  void anIndex(String names, String index) {
    assertThat(in(names)).isEqualTo(new WeightFiles.Sharded(index));
  }

  @ParameterizedTest
  @CsvSource({
    "config.json m-00001-of-00002.safetensors m-00002-of-00002.safetensors",
    "m-1-of-3.safetensors m-2-of-3.safetensors m-3-of-3.safetensors",
  })
  void aCompleteSetOfShards(String names) {
    List<String> shards =
        Arrays.stream(names.split(" ")).filter(name -> name.endsWith(".safetensors")).toList();
    assertThat(in(names)).isEqualTo(new WeightFiles.Shards(shards));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          adapter_config.json adapter_model.safetensors | is a LoRA (PEFT) adapter, a change of a base model: give
          adapter_config.json adapter_model.bin | is a LoRA (PEFT) adapter
          pytorch_model.bin config.json | holds PyTorch weights (pytorch_model.bin) but no safetensors: load them once with transformers
          pytorch_model-00001-of-00002.bin pytorch_model.bin.index.json | holds PyTorch weights (pytorch_model-00001-of-00002.bin) but no safetensors
          consolidated.00.pth | holds PyTorch weights (consolidated.00.pth) but no safetensors: take the model's safetensors, or load the weights in PyTorch
          best.pth.tar | holds PyTorch weights (best.pth.tar)
          last.ckpt | holds PyTorch weights (last.ckpt)
          decoder.onnx encoder.onnx | holds an ONNX graph (decoder.onnx)
          model.tflite | holds a TensorFlow Lite model (model.tflite)
          model.ckpt.data-00000-of-00001 model.ckpt.index | holds TensorFlow weights (model.ckpt.index)
          flax_model.msgpack | holds Flax weights (flax_model.msgpack)
          ggml-base.bin | holds ggml-base.bin, of which the name does not say what it is, but no safetensors
          training_args.bin | holds no model: no .safetensors file
          model-Q4_K_M.gguf config.json | holds GGUF weights (model-Q4_K_M.gguf)
          tf_model.h5 | holds Keras weights (tf_model.h5)
          blobs refs snapshots | is a Hugging Face cache folder: give the folder snapshots/<commit>
          checkpoint-500 checkpoint-1000 runs | is the output of a training run: give one of the folders
          README.md | holds no model: no .safetensors file
          a.safetensors b.safetensors | holds 2 candidates (a.safetensors, b.safetensors) and nothing says which is meant
          m-00001-of-00003.safetensors m-00003-of-00003.safetensors | no model.safetensors.index.json that joins them; missing: m-00002-of-00003.safetensors: is the download complete?
          m-00001-of-00002.safetensors m-00002-of-00002.safetensors n.safetensors | holds 3 candidates
          m-00001-of-00002.safetensors n-00002-of-00002.safetensors | no model.safetensors.index.json that joins them
          m-00001-of-00002.safetensors m-00002-of-00003.safetensors | no model.safetensors.index.json that joins them
          m-00001-of-00002.safetensors | is one shard of several, but the others and the index are missing
          a.safetensors.index.json b.safetensors.index.json | holds 2 candidates
          """)
  void otherFoldersAreToldWhatTheyAre(String names, String problem) {
    assertThatThrownBy(() -> in(names))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessageStartingWith("[folder] ")
        .hasMessageContaining(problem);
  }

  @Test
  void anEmptyFolderIsToldSo() {
    assertThatThrownBy(() -> WeightFiles.in("folder", List.of()))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessage("[folder] is empty");
  }

  private static WeightFiles in(String names) {
    return WeightFiles.in("folder", Arrays.asList(names.split(" ")));
  }
}
