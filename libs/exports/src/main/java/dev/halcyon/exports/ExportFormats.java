package dev.halcyon.exports;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// All formats by the name that the command line has for them.
public final class ExportFormats {
  private static final Map<String, ExportFormat> BY_NAME = new LinkedHashMap<>();

  static {
    BY_NAME.put("mergekit", new MergekitFormat());
    BY_NAME.put("axolotl", new AxolotlFormat());
    BY_NAME.put("spectrum", new SpectrumFormat());
    BY_NAME.put("peft", new PeftFormat());
    BY_NAME.put("freeze-list", new FreezeListFormat());
    BY_NAME.put("llama.cpp", new TensorTypeFormat());
    BY_NAME.put("imatrix", new ImatrixFormat());
    BY_NAME.put("llm-compressor", new CompressorFormat());
    BY_NAME.put("gptqmodel", new GptqModelFormat());
    BY_NAME.put("auto-round", new AutoRoundFormat());
  }

  private ExportFormats() {}

  public static Optional<ExportFormat> find(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  public static Set<String> names() {
    return Collections.unmodifiableSet(BY_NAME.keySet());
  }
}
