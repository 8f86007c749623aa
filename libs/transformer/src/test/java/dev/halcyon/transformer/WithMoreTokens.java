package dev.halcyon.transformer;

import dev.halcyon.tensors.Checkpoint;
import dev.halcyon.tensors.SafetensorsWriter;
import dev.halcyon.tensors.Shape;
import dev.halcyon.tensors.TensorInfo;
import dev.halcyon.tensors.TensorSpec;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Copies of a model with tokens added to its vocabulary.
final class WithMoreTokens {
  private WithMoreTokens() {}

  /// @param from a model of one file in float32
  static Path of(Path from, Path to, int more) throws IOException {
    Files.createDirectories(to);
    try (Checkpoint checkpoint = Checkpoint.open(from);
        OpenedFolder modelFolder = OpenedFolder.open(from)) {
      DecoderModel model = modelFolder.model();
      int vocabulary = model.vocabulary();
      String config = Files.readString(from.resolve("config.json"));
      Files.writeString(
          to.resolve("config.json"),
          config.replace(
              "\"vocab_size\": " + vocabulary, "\"vocab_size\": " + (vocabulary + more)));
      List<TensorSpec> specs = new ArrayList<>();
      for (TensorInfo tensor : checkpoint.tensors()) {
        specs.add(new TensorSpec(tensor.name(), tensor.dtype(), grown(tensor, vocabulary, more)));
      }
      try (SafetensorsWriter writer =
          SafetensorsWriter.create(to.resolve("model.safetensors"), specs, Map.of())) {
        for (TensorSpec spec : specs) {
          float[] values = new float[Math.toIntExact(spec.shape().elements())];
          java.util.Arrays.fill(values, 3);
          MemorySegment target = MemorySegment.ofArray(values);
          TensorInfo own = checkpoint.find(spec.name()).orElseThrow();
          checkpoint.bytes(own).read(0, target.asSlice(0, own.bytes()));
          writer.write(spec.name(), target);
        }
        writer.commit();
      }
    }
    return to;
  }

  private static Shape grown(TensorInfo tensor, int vocabulary, int more) {
    List<Long> dimensions = new ArrayList<>(tensor.shape().dimensions());
    if (dimensions.size() == 2 && dimensions.getFirst() == vocabulary) {
      dimensions.set(0, (long) vocabulary + more);
    }
    return new Shape(dimensions);
  }
}
