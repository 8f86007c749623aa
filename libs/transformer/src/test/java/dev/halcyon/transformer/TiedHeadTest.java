package dev.halcyon.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.tensors.Checkpoint;
import dev.halcyon.tensors.TensorBytes;
import dev.halcyon.tensors.TensorSpec;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Checkpoints that hold an output matrix which their config ties to the embedding.
class TiedHeadTest {
  private static final GoldenCase TIED = GoldenCase.named("llama-tied");
  private static final String EMBEDDING = "embed_tokens.weight";
  private static final String HEAD = "lm_head.weight";

  @Test
  void aStoredHeadThatIsTheEmbeddingIsNoParameterOfItsOwn() throws Exception {
    try (Checkpoint checkpoint = Checkpoint.open(TIED.folder())) {
      DecoderModel model = open(new WithHead(WeightSource.of(checkpoint), false));
      assertThat(model.tied()).isTrue();
      assertThat(model.parameters()).extracting(TensorSpec::name).doesNotContain(HEAD);
    }
  }

  @Test
  void aStoredHeadThatIsAnotherIsRefused() throws Exception {
    try (Checkpoint checkpoint = Checkpoint.open(TIED.folder())) {
      WeightSource weights = new WithHead(WeightSource.of(checkpoint), true);
      assertThatThrownBy(() -> open(weights))
          .isInstanceOf(UnsupportedModelException.class)
          .hasMessageContaining(HEAD)
          .hasMessageContaining("set tie_word_embeddings to false");
    }
  }

  private static DecoderModel open(WeightSource weights) throws IOException {
    byte[] config = Files.readAllBytes(TIED.folder().resolve("config.json"));
    return DecoderModel.of(weights, config, Set.of());
  }

  /// Another source's tensors and a head: the embedding once more, or with its last byte changed.
  private record WithHead(WeightSource source, boolean changed) implements WeightSource {
    @Override
    public String name() {
      return source.name();
    }

    @Override
    public List<TensorSpec> tensors() {
      List<TensorSpec> tensors = new ArrayList<>(source.tensors());
      TensorSpec embedding =
          tensors.stream().filter(t -> t.name().equals(EMBEDDING)).findFirst().orElseThrow();
      tensors.add(new TensorSpec(HEAD, embedding.dtype(), embedding.shape()));
      return tensors;
    }

    @Override
    public TensorBytes bytes(String tensor) {
      if (!tensor.equals(HEAD)) {
        return source.bytes(tensor);
      }
      TensorBytes embedding = source.bytes(EMBEDDING);
      return changed ? new LastByteChanged(embedding) : embedding;
    }
  }

  private record LastByteChanged(TensorBytes bytes) implements TensorBytes {
    @Override
    public long size() {
      return bytes.size();
    }

    @Override
    public void read(long offset, MemorySegment target) throws IOException {
      bytes.read(offset, target);
      long last = target.byteSize() - 1;
      if (offset + last == size() - 1) {
        byte value = target.get(ValueLayout.JAVA_BYTE, last);
        target.set(ValueLayout.JAVA_BYTE, last, (byte) (value ^ 1));
      }
    }
  }
}
