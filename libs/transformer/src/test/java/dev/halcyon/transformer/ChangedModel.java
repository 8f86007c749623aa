package dev.halcyon.transformer;

import dev.halcyon.tensors.Checkpoint;
import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.SafetensorsWriter;
import dev.halcyon.tensors.TensorInfo;
import dev.halcyon.tensors.TensorSpec;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Fine-tunes of golden models, the same as `tools/golden/divergence_golden.py` makes.
///
/// @param base folder
/// @param change of each of its tensors
record ChangedModel(Path base, Change change) {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// What becomes of a tensor's elements.
  interface Change {
    /// Changes the elements in place.
    ///
    /// @param number of the tensor in the order of their names
    void of(int number, TensorInfo tensor, double[] w);
  }

  /// The changes that there are golden values of.
  static Change named(String name) {
    return switch (name) {
      case "full" -> full(0.05);
      case "tiny" -> full(2e-5);
      case "lora" -> ChangedModel::lora;
      case "int4" -> ChangedModel::int4;
      default -> throw new IllegalArgumentException(name);
    };
  }

  static Change full(double size) {
    return (number, tensor, w) -> {
      double scale = size * rootMeanSquare(w);
      for (int i = 0; i < w.length; i++) {
        w[i] += scale * uniform(number, i);
      }
    };
  }

  /// The same change of some tensors only.
  static Change only(Change change, java.util.function.Predicate<String> tensors) {
    return (number, tensor, w) -> {
      if (tensors.test(tensor.name())) {
        change.of(number, tensor, w);
      }
    };
  }

  private static void lora(int number, TensorInfo tensor, double[] w) {
    String name = "." + tensor.name();
    if (tensor.shape().dimensions().size() < 2
        || !(name.contains(".layers.") || name.contains(".h."))) {
      return;
    }
    int rows = Math.toIntExact(tensor.shape().dimensions().getFirst());
    int columns = w.length / rows;
    double scale = 0.2 * rootMeanSquare(w);
    for (int i = 0; i < w.length; i++) {
      double a = uniform(number, i / columns);
      double b = uniform(number, rows + i % columns);
      w[i] += scale * a * b;
    }
  }

  private static void int4(int number, TensorInfo tensor, double[] w) {
    if (tensor.shape().dimensions().size() < 2) {
      return;
    }
    for (int first = 0; first < w.length; first += 8) {
      double largest = 0;
      int end = Math.min(w.length, first + 8);
      for (int i = first; i < end; i++) {
        largest = Math.max(largest, Math.abs(w[i]));
      }
      double scale = largest / 7;
      for (int i = first; i < end && scale > 0; i++) {
        w[i] = Math.rint(w[i] / scale) * scale;
      }
    }
  }

  private static double rootMeanSquare(double[] w) {
    double sum = 0;
    for (double value : w) {
      sum += value * value;
    }
    return (float) Math.sqrt(sum / w.length);
  }

  private static double uniform(int tensor, long element) {
    long bits = Projection.mix((element + ((long) tensor << 32) + 1) * 0x9E3779B97F4A7C15L);
    return (bits >>> 11) * 0x1p-52 - 1;
  }

  /// Writes the changed model in float32.
  Path write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.copy(base.resolve("config.json"), folder.resolve("config.json"));
    try (Checkpoint checkpoint = Checkpoint.open(base);
        OpenedFolder modelFolder = OpenedFolder.open(base)) {
      DecoderModel model = modelFolder.model();
      List<String> names = model.parameters().stream().map(TensorSpec::name).sorted().toList();
      List<TensorSpec> specs = new ArrayList<>();
      for (String name : names) {
        specs.add(new TensorSpec(name, DType.F32, checkpoint.find(name).orElseThrow().shape()));
      }
      try (SafetensorsWriter writer =
          SafetensorsWriter.create(folder.resolve("model.safetensors"), specs, Map.of())) {
        for (int i = 0; i < names.size(); i++) {
          TensorInfo tensor = checkpoint.find(names.get(i)).orElseThrow();
          writer.write(names.get(i), changed(checkpoint, i, tensor));
        }
        writer.commit();
      }
    }
    return folder;
  }

  private MemorySegment changed(Checkpoint checkpoint, int number, TensorInfo tensor)
      throws IOException {
    double[] values = widened(checkpoint, tensor);
    change.of(number, tensor, values);
    float[] narrow = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      narrow[i] = (float) values[i];
    }
    return MemorySegment.ofArray(narrow);
  }

  private static double[] widened(Checkpoint checkpoint, TensorInfo tensor) throws IOException {
    MemorySegment bytes = MemorySegment.ofArray(checkpoint.bytes(tensor).toArray());
    double[] values = new double[Math.toIntExact(tensor.shape().elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (tensor.dtype()) {
            case F32 -> bytes.get(FLOAT, 4L * i);
            case F16 -> Float.float16ToFloat(bytes.get(SHORT, 2L * i));
            case BF16 -> Float.intBitsToFloat(bytes.get(SHORT, 2L * i) << 16);
            default -> throw new IllegalArgumentException(tensor.toString());
          };
    }
    return values;
  }
}
