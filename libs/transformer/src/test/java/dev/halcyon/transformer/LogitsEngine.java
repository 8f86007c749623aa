package dev.halcyon.transformer;

import dev.halcyon.transformer.internal.run.LogitsRun;
import dev.halcyon.transformer.internal.torch.DeviceName;
import dev.halcyon.transformer.internal.torch.TorchDevice;
import java.io.IOException;

/// Runs a decoder model forward.
public final class LogitsEngine {
  /// The logits of every position [length, vocabulary]: `logits[i]` scores what follows token i.
  ///
  /// @param options of which device, threads, precision and budget count
  /// @throws IOException where weights cannot be read
  /// @throws IllegalArgumentException where the sample does not fit the model
  public float[][] logits(DecoderModel model, TokenSample sample, FisherOptions options)
      throws IOException {
    LogitsRun run = new LogitsRun(model.blueprint(), model.weights(), sample, options);
    try {
      return TorchDevice.of(DeviceName.parse(options.device()))
          .call(options.threads(), run::run, () -> {});
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("[" + model.name() + "] forward pass failed", e);
    }
  }
}
