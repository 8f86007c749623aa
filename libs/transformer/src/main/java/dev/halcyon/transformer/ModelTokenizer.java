package dev.halcyon.transformer;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.halcyon.json.WrongContent;
import dev.halcyon.transformer.internal.torch.NativeLibraries;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;

/// A model's tokenizer, read from its `tokenizer.json`.
///
/// Special tokens are those that the post-processor in the file adds, which is the default of
/// transformers 5. `add_bos_token` in `tokenizer_config.json` is ignored. Safe for use by several
/// threads.
public final class ModelTokenizer implements AutoCloseable {
  private static final Map<String, String> AS_IT_IS =
      Map.of("addSpecialTokens", "true", "truncation", "false", "padding", "false");

  private final HuggingFaceTokenizer tokenizer;

  private ModelTokenizer(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /// Reads a tokenizer.
  ///
  /// @param name of the file in errors
  /// @param json content of `tokenizer.json`
  /// @throws UnsupportedModelException if the content is not a supported tokenizer
  /// @throws DeviceUnavailableException where the native library cannot be loaded
  public static ModelTokenizer of(String name, byte[] json) throws IOException {
    WrongContent.of(json)
        .ifPresent(problem -> {
          throw new UnsupportedModelException(name, problem);
        });
    NativeLibraries.stayOffline();
    return new ModelTokenizer(read(name, withoutByteOrderMark(json)));
  }

  private static byte[] withoutByteOrderMark(byte[] json) {
    boolean marked =
        json.length >= 3
            && json[0] == (byte) 0xEF
            && json[1] == (byte) 0xBB
            && json[2] == (byte) 0xBF;
    return marked ? Arrays.copyOfRange(json, 3, json.length) : json;
  }

  private static HuggingFaceTokenizer read(String name, byte[] json) throws IOException {
    try {
      return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), AS_IT_IS);
    } catch (EngineException | LinkageError e) {
      throw new DeviceUnavailableException(
          "the tokenizers' native library cannot be loaded: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      throw new UnsupportedModelException(name, "cannot be understood: " + e.getMessage(), e);
    }
  }

  /// The first tokens of a text, with special tokens. Truncation removes tokens of the text and
  /// keeps all special tokens.
  ///
  /// @param maxLength largest number of tokens, special ones included; at least 1
  public int[] encode(String text, int maxLength) {
    if (maxLength < 1) {
      throw new IllegalArgumentException("maxLength is " + maxLength + ", at least 1 is needed");
    }
    Encoding encoding = tokenizer.encode(text);
    long[] special = encoding.getSpecialTokenMask();
    return shortened(tokens(encoding.getIds()), special, maxLength);
  }

  /// Leaves out the last of the text's own tokens.
  private static int[] shortened(int[] tokens, long[] special, int maxLength) {
    int surplus = Math.max(0, tokens.length - maxLength);
    int end = tokens.length;
    while (end > 0 && special[end - 1] != 0) {
      end--;
    }
    int from = Math.max(0, end - surplus);
    IntStream before = Arrays.stream(tokens, 0, from);
    return IntStream.concat(before, Arrays.stream(tokens, end, tokens.length)).toArray();
  }

  private static int[] tokens(long[] ids) {
    int[] tokens = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      tokens[i] = Math.toIntExact(ids[i]);
    }
    return tokens;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
