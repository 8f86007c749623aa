package dev.halcyon.tensors;

import dev.halcyon.tensors.adapters.AdapterFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Finds a checkpoint's files and opens them all, or none.
final class CheckpointOpener {
  private static final long LONGEST_CONFIG = 16L << 20;

  private final Path path;
  private final List<SafetensorsFile> opened = new ArrayList<>();
  private final List<TensorInfo> tensors = new ArrayList<>();
  private final Set<String> taken = new TreeSet<>();
  private final List<String> notes = new ArrayList<>();

  CheckpointOpener(Path path) {
    this.path = path;
  }

  Checkpoint open() throws IOException {
    try {
      Optional<Path> config = Checkpoint.companion(path, "config.json");
      openWeights();
      QuantizationConfig quantization = refuseUnsupported(config);
      opened.sort(Checkpoint.byName());
      return new Checkpoint(path, opened, tensors, config, quantization, notes);
    } catch (Throwable e) {
      Checkpoint.closeAll(opened);
      throw e;
    }
  }

  private void openWeights() throws IOException {
    if (!Files.exists(path)) {
      throw problem("no such folder or file");
    }
    if (!Files.isDirectory(path)) {
      openNamedFile();
      return;
    }
    List<String> names = names(path);
    requireOwnWeights(names);
    switch (WeightFiles.in(path.toString(), names)) {
      case WeightFiles.Single(String file) -> openFile(path.resolve(file));
      case WeightFiles.Sharded(String index) -> openShards(path.resolve(index));
      case WeightFiles.Shards(List<String> shards) -> openShards(shards);
    }
    WeightNotes.ofIgnored(names, taken).ifPresent(notes::add);
  }

  private void openNamedFile() throws IOException {
    String name = path.getFileName().toString();
    if (!name.endsWith(".safetensors")) {
      throw UnsupportedFolder.describe(path.toString(), List.of(name));
    }
    openFile(path);
  }

  private void openFile(Path file) throws IOException {
    tensors.addAll(opened(file).tensors());
  }

  private SafetensorsFile opened(Path file) throws IOException {
    opened.add(SafetensorsFile.open(file));
    taken.add(file.getFileName().toString());
    return opened.getLast();
  }

  private void openShards(Path indexFile) throws IOException {
    taken.add(indexFile.getFileName().toString());
    ShardIndex index =
        ShardIndex.parse(indexFile.toString(), readSmall(indexFile, ShardIndex.MAX_LENGTH));
    Map<String, SafetensorsHeader> headers = new LinkedHashMap<>();
    for (String shard : index.shards()) {
      requireShard(index, shard);
      SafetensorsFile file = opened(path.resolve(shard));
      headers.put(shard, file.header());
      file.tensors().stream()
          .filter(tensor -> index.assigns(shard, tensor.name()))
          .forEach(tensors::add);
    }
    notes.addAll(index.check(headers));
  }

  private void openShards(List<String> shards) throws IOException {
    Map<String, SafetensorsHeader> headers = new LinkedHashMap<>();
    for (String shard : shards) {
      openFile(path.resolve(shard));
      headers.put(shard, opened.getLast().header());
    }
    ShardSet.checkDisjoint(path.toString(), headers);
    notes.add(WeightNotes.withoutIndex(shards));
  }

  private void requireShard(ShardIndex index, String shard) {
    Path file = path.resolve(shard);
    if (!Files.isRegularFile(file)) {
      long tensors = index.shardOf().values().stream().filter(shard::equals).count();
      throw new InvalidCheckpointException(
          file.toString(),
          MissingFile.describe(file) + "; the index has " + tensors + " tensors in it");
    }
  }

  private QuantizationConfig refuseUnsupported(Optional<Path> config) throws IOException {
    QuantizationConfig quantization =
        config.isPresent() ? quantization(config.get()) : QuantizationConfig.NONE;
    Map<Path, List<TensorInfo>> byFile =
        tensors.stream().collect(Collectors.groupingBy(TensorInfo::file));
    for (SafetensorsFile file : opened) {
      List<TensorInfo> held = byFile.getOrDefault(file.path(), List.of());
      UnsupportedWeights.refuseByTensors(
          file.path().toString(),
          held.stream().collect(Collectors.toMap(TensorInfo::name, TensorInfo::dtype)));
    }
    return quantization;
  }

  private QuantizationConfig quantization(Path config) throws IOException {
    byte[] content = readSmall(config, LONGEST_CONFIG);
    WeightNotes.ofConfig(config.toString(), content).ifPresent(notes::add);
    return UnsupportedWeights.refuseByConfig(config.toString(), content);
  }

  /// Refuses a folder whose weights lie one folder below, as after unpacking an archive.
  private void requireOwnWeights(List<String> names) throws IOException {
    if (hasWeights(names) || names.contains(AdapterFiles.CONFIG)) {
      return;
    }
    List<String> below = new ArrayList<>();
    for (String name : names) {
      Path child = path.resolve(name);
      if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)
          && Files.isReadable(child)
          && hasWeights(names(child))) {
        below.add(name);
      }
    }
    if (!below.isEmpty()) {
      throw UnsupportedFolder.describeBelow(path, below);
    }
  }

  private static boolean hasWeights(List<String> names) {
    return names.stream()
        .anyMatch(
            name -> name.endsWith(".safetensors") || name.endsWith(".safetensors.index.json"));
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children.map(child -> child.getFileName().toString()).sorted().toList();
    }
  }

  private static byte[] readSmall(Path file, long most) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new InvalidCheckpointException(file.toString(), MissingFile.describe(file));
    }
    long size = Files.size(file);
    if (size > most) {
      throw new InvalidCheckpointException(
          file.toString(), "has " + size + " bytes, at most " + most + " are allowed");
    }
    return Files.readAllBytes(file);
  }

  private InvalidCheckpointException problem(String problem) {
    return new InvalidCheckpointException(path.toString(), problem);
  }
}
