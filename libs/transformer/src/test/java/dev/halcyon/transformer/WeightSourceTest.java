package dev.halcyon.transformer;

import static dev.halcyon.transformer.FisherRuns.OPTIONS;
import static dev.halcyon.transformer.FisherRuns.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.tensors.Checkpoint;
import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.TensorBytes;
import dev.halcyon.tensors.TensorSpec;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Tensors that come from elsewhere than a checkpoint on disk.
class WeightSourceTest {
  private static final GoldenCase GOLDEN = GoldenCase.named("llama");

  @Test
  void tensorsOfAStoreGiveTheSameResultAsThoseOfAFolder() throws Exception {
    CollectedFisher collected = new CollectedFisher();
    runWith(source -> source, collected);
    assertSameBits(FisherRuns.run(GOLDEN, GOLDEN.samples(), OPTIONS), collected);
  }

  @Test
  void aStoreThatFailsEndsTheRunWithItsOwnError() {
    CollectedFisher collected = new CollectedFisher();
    assertThatThrownBy(() -> runWith(FailingAtSecondLayer::new, collected))
        .isInstanceOf(IOException.class)
        .hasMessage("connection reset");
    assertThat(collected.values).isEmpty();
  }

  @Test
  void quantisedTensorsAreRefused() {
    assertThatThrownBy(() -> runWith(Quantised::new, new CollectedFisher()))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("store")
        .hasMessageContaining("is I8, readable are");
  }

  private static void runWith(UnaryOperator<WeightSource> wrapping, CollectedFisher collected)
      throws Exception {
    byte[] config = Files.readAllBytes(GOLDEN.folder().resolve("config.json"));
    try (Checkpoint checkpoint = Checkpoint.open(GOLDEN.folder())) {
      WeightSource weights = wrapping.apply(new Store(WeightSource.of(checkpoint)));
      DecoderModel model = DecoderModel.of(weights, config, Set.of());
      new FisherEngine().run(new FisherRequest(model, GOLDEN.samples(), OPTIONS), collected);
    }
  }

  /// Hands on what another source has, under another name.
  private record Store(WeightSource source) implements WeightSource {
    @Override
    public String name() {
      return "store";
    }

    @Override
    public List<TensorSpec> tensors() {
      return source.tensors();
    }

    @Override
    public TensorBytes bytes(String tensor) {
      return source.bytes(tensor);
    }
  }

  private record Quantised(WeightSource source) implements WeightSource {
    @Override
    public String name() {
      return source.name();
    }

    @Override
    public List<TensorSpec> tensors() {
      return source.tensors().stream()
          .map(tensor -> new TensorSpec(tensor.name(), DType.I8, tensor.shape()))
          .toList();
    }

    @Override
    public TensorBytes bytes(String tensor) {
      return source.bytes(tensor);
    }
  }

  private record FailingAtSecondLayer(WeightSource source) implements WeightSource {
    @Override
    public String name() {
      return source.name();
    }

    @Override
    public List<TensorSpec> tensors() {
      return source.tensors();
    }

    @Override
    public TensorBytes bytes(String tensor) {
      return tensor.startsWith("model.layers.1.") ? new Failing() : source.bytes(tensor);
    }
  }

  private record Failing() implements TensorBytes {
    @Override
    public long size() {
      return 0;
    }

    @Override
    public void read(long offset, MemorySegment target) throws IOException {
      throw new IOException("connection reset");
    }
  }
}
