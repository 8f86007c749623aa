package dev.halcyon.tensors;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The tensors of a model on disk: a folder with one safetensors file or with shards and their
/// index, or the path of one safetensors file.
///
/// Links are followed, as a Hugging Face cache's snapshots are links. Safe for use by many threads.
/// Where there is an index, it decides: each of its tensors is in its shard, and what else the
/// shards hold does not count. What was left aside is in [#notes()].
public final class Checkpoint implements AutoCloseable {
  private final Path path;
  private final Map<Path, SafetensorsFile> files;
  private final Map<String, TensorInfo> tensors;
  private final Optional<Path> configJson;
  private final QuantizationConfig quantization;
  private final List<String> notes;

  Checkpoint(
      Path path,
      List<SafetensorsFile> files,
      List<TensorInfo> tensors,
      Optional<Path> configJson,
      QuantizationConfig quantization,
      List<String> notes) {
    this.path = path;
    this.quantization = quantization;
    this.files = new LinkedHashMap<>();
    this.tensors = new TreeMap<>();
    this.configJson = configJson;
    this.notes = List.copyOf(notes);
    files.forEach(file -> this.files.put(file.path(), file));
    tensors.forEach(tensor -> this.tensors.put(tensor.name(), tensor));
  }

  /// Opens all files of a checkpoint and checks their headers.
  ///
  /// @param path a folder, or one `.safetensors` file
  /// @throws InvalidCheckpointException where there is none, or one that is damaged, incomplete or
  ///   of a kind that is not read (an adapter, packed integers, another format)
  /// @throws IOException where a file cannot be read
  public static Checkpoint open(Path path) throws IOException {
    return new CheckpointOpener(path).open();
  }

  /// As given to [#open(Path)].
  public Path path() {
    return path;
  }

  /// All tensors, sorted by name.
  public List<TensorInfo> tensors() {
    return List.copyOf(tensors.values());
  }

  /// The tensor of that name.
  public Optional<TensorInfo> find(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  /// The tensor's bytes, read by position; usable until the checkpoint is closed.
  public TensorBytes bytes(TensorInfo tensor) {
    return file(tensor).bytes(tensor.name());
  }

  /// The open files, sorted by path.
  public List<SafetensorsFile> files() {
    return List.copyOf(files.values());
  }

  /// Bytes of all tensors together.
  public long totalBytes() {
    return tensors.values().stream().mapToLong(TensorInfo::bytes).sum();
  }

  /// What `config.json` says of how weights are stored.
  public QuantizationConfig quantization() {
    return quantization;
  }

  /// What a reader must know of how the checkpoint was read, such as which files and tensors were
  /// left aside.
  public List<String> notes() {
    return notes;
  }

  /// A file beside the weights.
  ///
  /// @param name of it, as `tokenizer.json`
  /// @return its path; empty where there is none
  /// @throws InvalidCheckpointException where it is a link to nothing
  public Optional<Path> companion(String name) {
    return companion(path, name);
  }

  static Optional<Path> companion(Path path, String name) {
    Path folder = Files.isDirectory(path) ? path : path.toAbsolutePath().getParent();
    Path file = folder.resolve(name);
    if (MissingFile.isBrokenLink(file)) {
      throw new InvalidCheckpointException(file.toString(), MissingFile.describe(file));
    }
    return Optional.of(file).filter(Files::isRegularFile);
  }

  /// A digest that changes when a file does: SHA-256 over the name, size, modification time and
  /// header of each safetensors file and the content of `config.json`, in the order of names. It
  /// does not read the tensors. The folder's own path has no part in it.
  ///
  /// @return 64 hexadecimal digits
  /// @throws IOException where `config.json` cannot be read
  public String fingerprint() throws IOException {
    Fingerprint fingerprint = new Fingerprint();
    for (SafetensorsFile file : files.values()) {
      fingerprint.add(file);
    }
    if (configJson.isPresent()) {
      fingerprint.add("config.json", Files.readAllBytes(configJson.get()));
    }
    return fingerprint.hex();
  }

  @Override
  public void close() throws IOException {
    closeAll(files.values().stream().toList());
  }

  /// Closes every file, even where one fails.
  static void closeAll(List<SafetensorsFile> files) throws IOException {
    List<IOException> failures = new ArrayList<>();
    for (SafetensorsFile file : files) {
      try {
        file.close();
      } catch (IOException e) {
        failures.add(e);
      }
    }
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
  }

  static Comparator<SafetensorsFile> byName() {
    return Comparator.comparing(file -> file.path().getFileName().toString());
  }

  private SafetensorsFile file(TensorInfo tensor) {
    SafetensorsFile file = files.get(tensor.file());
    if (file == null) {
      throw new IllegalArgumentException(
          "[" + path + "] has no file " + tensor.file() + " for tensor " + tensor.name());
    }
    return file;
  }
}
