package dev.halcyon.tensors.adapters;

import dev.halcyon.tensors.Fingerprint;
import dev.halcyon.tensors.InvalidCheckpointException;
import dev.halcyon.tensors.SafetensorsFile;
import dev.halcyon.tensors.TensorInfo;
import dev.halcyon.tensors.adapters.AdapterTensors.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A LoRA adapter on disk: a folder with `adapter_config.json` and `adapter_model.safetensors`.
public final class AdapterFolder implements AutoCloseable {
  private final SafetensorsFile file;
  private final AdapterConfig config;
  private final AdapterTensors tensors;
  private final String fingerprint;
  private final Optional<String> note;

  private AdapterFolder(Path folder, SafetensorsFile file) throws IOException {
    this.file = file;
    this.note = AdapterFiles.note(names(folder));
    Path configFile = folder.resolve(AdapterFiles.CONFIG);
    byte[] json = readConfig(configFile);
    this.config = AdapterConfig.parse(configFile.toString(), json);
    this.tensors = new AdapterTensors(file.path().toString(), byName(file.tensors()));
    Fingerprint digest = new Fingerprint();
    digest.add(file);
    digest.add(AdapterFiles.CONFIG, json);
    this.fingerprint = digest.hex();
  }

  /// Whether the path is a folder that is taken as an adapter where it is given as a fine-tune.
  public static boolean is(Path path) throws IOException {
    return Files.isDirectory(path) && AdapterFiles.areIn(names(path));
  }

  /// Opens an adapter and checks its config and its header.
  ///
  /// @throws InvalidCheckpointException where it is damaged or incomplete, or of a kind that is not
  ///   read
  public static AdapterFolder open(Path folder) throws IOException {
    AdapterFiles.require(folder.toString(), names(folder));
    SafetensorsFile file = SafetensorsFile.open(folder.resolve(AdapterFiles.WEIGHTS));
    try {
      return new AdapterFolder(folder, file);
    } catch (Throwable e) {
      file.close();
      throw e;
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children.map(child -> child.getFileName().toString()).toList();
    }
  }

  private static byte[] readConfig(Path file) throws IOException {
    long size = Files.size(file);
    if (size > AdapterFiles.LONGEST_CONFIG) {
      throw new InvalidCheckpointException(
          file.toString(),
          "has %d bytes, at most %d are allowed".formatted(size, AdapterFiles.LONGEST_CONFIG));
    }
    return Files.readAllBytes(file);
  }

  private static Map<String, Tensor> byName(List<TensorInfo> tensors) {
    Map<String, Tensor> byName = new LinkedHashMap<>();
    tensors.forEach(
        info -> byName.put(info.name(), new Tensor(info.name(), info.dtype(), info.shape())));
    return byName;
  }

  public AdapterConfig config() {
    return config;
  }

  public AdapterTensors tensors() {
    return tensors;
  }

  /// The open file of the tensors.
  public SafetensorsFile file() {
    return file;
  }

  /// Names other weights in the folder, which are ignored; empty where there are none.
  public Optional<String> note() {
    return note;
  }

  /// A digest that changes when one of the two files does; the folder's own path has no part in it.
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
