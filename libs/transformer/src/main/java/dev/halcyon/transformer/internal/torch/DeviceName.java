package dev.halcyon.transformer.internal.torch;

import ai.djl.Device;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where to compute: `cpu`, `cuda` (the first card) or `cuda:N`.
///
/// @param name normalised spelling
/// @param card number of the card, or -1 for the host
public record DeviceName(String name, int card) {
  private static final Pattern CUDA = Pattern.compile("cuda(?::(\\d{1,3}))?");

  /// Reads the spelling that users give.
  ///
  /// @throws IllegalArgumentException for any other name
  public static DeviceName parse(String text) {
    if (text.equals("cpu")) {
      return new DeviceName("cpu", -1);
    }
    Matcher cuda = CUDA.matcher(text);
    if (!cuda.matches()) {
      throw new IllegalArgumentException(
          "device \"" + text + "\" is unknown: use cpu, cuda or cuda:N");
    }
    int card = cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1));
    return new DeviceName("cuda:" + card, card);
  }

  public boolean isCuda() {
    return card >= 0;
  }

  Device device() {
    return isCuda() ? Device.gpu(card) : Device.cpu();
  }
}
