package dev.halcyon.transformer;

import dev.halcyon.tensors.Checkpoint;
import dev.halcyon.tensors.TensorInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// What transformers computes from a model in float64.
///
/// @param file written by a script under `tools/golden`
record GoldenValues(Path file) {
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// Open to the end of the JVM: some tests ask for thousands of values, one by one.
  private static final Map<Path, Checkpoint> OPEN = new ConcurrentHashMap<>();

  List<TokenSample> samples() {
    return with(expected -> {
      List<TokenSample> samples = new ArrayList<>();
      for (int i = 0; expected.find("tokens." + i).isPresent(); i++) {
        long[] tokens = content(expected, "tokens." + i).toArray(LONG);
        samples.add(
            new TokenSample(
                i, java.util.Arrays.stream(tokens).mapToInt(Math::toIntExact).toArray()));
      }
      return samples;
    });
  }

  float[] floats(String tensor) {
    return with(expected -> content(expected, tensor).toArray(FLOAT));
  }

  long[] longs(String tensor) {
    return with(expected -> content(expected, tensor).toArray(LONG));
  }

  double[] doubles(String tensor) {
    return with(expected -> content(expected, tensor).toArray(DOUBLE));
  }

  private static MemorySegment content(Checkpoint expected, String tensor) throws IOException {
    return MemorySegment.ofArray(expected.bytes(find(expected, tensor)).toArray());
  }

  /// Names of the parameters that Fisher information is expected of.
  List<String> parameters() {
    return parameters("fisher.");
  }

  /// Names of the parameters that there is a value with this prefix of.
  List<String> parameters(String prefix) {
    return with(expected ->
        expected.tensors().stream()
            .map(TensorInfo::name)
            .filter(name -> name.startsWith(prefix))
            .map(name -> name.substring(prefix.length()))
            .toList());
  }

  private static TensorInfo find(Checkpoint checkpoint, String name) {
    return checkpoint.find(name).orElseThrow();
  }

  private interface Reading<T> {
    T from(Checkpoint expected) throws IOException;
  }

  private <T> T with(Reading<T> reading) {
    try {
      return reading.from(OPEN.computeIfAbsent(file, GoldenValues::open));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Checkpoint open(Path file) {
    try {
      return Checkpoint.open(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
