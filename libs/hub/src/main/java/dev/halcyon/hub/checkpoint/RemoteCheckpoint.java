package dev.halcyon.hub.checkpoint;

import dev.halcyon.hub.Failures;
import dev.halcyon.hub.HubClient;
import dev.halcyon.hub.HubSnapshot;
import dev.halcyon.hub.repository.HubFile;
import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.InvalidCheckpointException;
import dev.halcyon.tensors.QuantizationConfig;
import dev.halcyon.tensors.SafetensorsHeader;
import dev.halcyon.tensors.ShardIndex;
import dev.halcyon.tensors.ShardSet;
import dev.halcyon.tensors.UnsupportedWeights;
import dev.halcyon.tensors.WeightFiles;
import dev.halcyon.tensors.WeightNotes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/// A safetensors checkpoint on the Hub, of which only the headers (and the index and `config.json`)
/// are transferred. The same rules apply as to a local one.
///
/// @param snapshot it belongs to
/// @param tensors sorted by name
/// @param quantization what `config.json` says of how weights are stored
/// @param notes what a reader must know of how it was read, such as which files and tensors were
///   left aside
public record RemoteCheckpoint(
    HubSnapshot snapshot,
    List<RemoteTensor> tensors,
    QuantizationConfig quantization,
    List<String> notes) {
  private static final int LONGEST_CONFIG = 16 << 20;
  private static final String CONFIG = "config.json";

  public RemoteCheckpoint {
    tensors = List.copyOf(tensors);
    notes = List.copyOf(notes);
  }

  /// Reads a checkpoint's headers.
  ///
  /// @throws InvalidCheckpointException where it is damaged, incomplete or of a kind not read
  /// @throws HubException where it cannot be read
  public static RemoteCheckpoint open(HubClient client, HubSnapshot snapshot) throws IOException {
    return new Opener(client, snapshot).open();
  }

  /// What of the repository's files counts.
  ///
  /// @param taken files, the index among them
  /// @param tensors by their file
  /// @param notes on what does not count
  private record Weights(
      List<String> taken, Map<String, List<RemoteTensor>> tensors, List<String> notes) {
    List<RemoteTensor> sorted() {
      return tensors.values().stream()
          .flatMap(List::stream)
          .sorted(Comparator.comparing(RemoteTensor::name))
          .toList();
    }
  }

  /// One opening: all files, or none.
  private record Opener(HubClient client, HubSnapshot snapshot) {
    RemoteCheckpoint open() throws IOException {
      List<String> notes = new ArrayList<>();
      QuantizationConfig quantization = refuseByConfig(notes);
      Weights weights =
          switch (WeightFiles.in(source(), snapshot.namesAtRoot())) {
            case WeightFiles.Single(String file) -> whole(List.of(file));
            case WeightFiles.Sharded(String index) -> indexed(snapshot.file(index));
            case WeightFiles.Shards(List<String> shards) -> withoutIndex(shards);
          };
      weights
          .tensors()
          .forEach(
              (file, tensors) -> UnsupportedWeights.refuseByTensors(source(file), types(tensors)));
      notes.addAll(weights.notes());
      WeightNotes.ofIgnored(snapshot.namesAtRoot(), weights.taken()).ifPresent(notes::add);
      return new RemoteCheckpoint(snapshot, weights.sorted(), quantization, notes);
    }

    private static Map<String, DType> types(List<RemoteTensor> tensors) {
      return tensors.stream().collect(Collectors.toMap(RemoteTensor::name, RemoteTensor::dtype));
    }

    private QuantizationConfig refuseByConfig(List<String> notes) throws IOException {
      Optional<HubFile> config = snapshot.find(CONFIG);
      if (config.isEmpty()) {
        return QuantizationConfig.NONE;
      }
      byte[] content = client.read(config.get(), LONGEST_CONFIG);
      WeightNotes.ofConfig(source(CONFIG), content).ifPresent(notes::add);
      return UnsupportedWeights.refuseByConfig(source(CONFIG), content);
    }

    private Weights whole(List<String> names) throws IOException {
      return new Weights(names, tensors(headers(names), (_, _) -> true), List.of());
    }

    private Weights withoutIndex(List<String> names) throws IOException {
      Map<String, SafetensorsHeader> headers = headers(names);
      ShardSet.checkDisjoint(source(), headers);
      return new Weights(
          names, tensors(headers, (_, _) -> true), List.of(WeightNotes.withoutIndex(names)));
    }

    private Weights indexed(HubFile indexFile) throws IOException {
      ShardIndex index =
          ShardIndex.parse(source(indexFile.path()), client.read(indexFile, ShardIndex.MAX_LENGTH));
      for (String shard : index.shards()) {
        if (snapshot.find(shard).isEmpty()) {
          throw new InvalidCheckpointException(
              source(indexFile.path()),
              "names the shard " + shard + ", which the repository does not have");
        }
      }
      Map<String, SafetensorsHeader> headers = headers(index.shards());
      List<String> notes = index.check(headers);
      List<String> taken = new ArrayList<>(index.shards());
      taken.add(indexFile.path());
      return new Weights(taken, tensors(headers, index::assigns), notes);
    }

    private Map<String, SafetensorsHeader> headers(List<String> names) throws IOException {
      List<HubFile> files = new ArrayList<>();
      for (String name : names) {
        files.add(snapshot.file(name));
      }
      try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
        Map<String, Future<SafetensorsHeader>> reading = new LinkedHashMap<>();
        files.forEach(file -> reading.put(file.path(), executor.submit(() -> header(file))));
        try {
          return collect(reading);
        } finally {
          executor.shutdownNow();
        }
      }
    }

    private Map<String, SafetensorsHeader> collect(Map<String, Future<SafetensorsHeader>> reading)
        throws IOException {
      Map<String, SafetensorsHeader> headers = new LinkedHashMap<>();
      for (Map.Entry<String, Future<SafetensorsHeader>> entry : reading.entrySet()) {
        headers.put(entry.getKey(), await(entry.getValue()));
      }
      return headers;
    }

    private SafetensorsHeader await(Future<SafetensorsHeader> header) throws IOException {
      try {
        return header.get();
      } catch (InterruptedException e) {
        throw Failures.interrupted(source(), e);
      } catch (ExecutionException e) {
        throw Failures.rethrown(e.getCause());
      }
    }

    private SafetensorsHeader header(HubFile file) throws IOException {
      return RemoteHeader.read(client, source(file.path()), file).header();
    }

    private Map<String, List<RemoteTensor>> tensors(
        Map<String, SafetensorsHeader> headers, BiPredicate<String, String> counts) {
      Map<String, List<RemoteTensor>> tensors = new LinkedHashMap<>();
      headers.forEach((shard, header) ->
          tensors.put(
              shard,
              header.entries().entrySet().stream()
                  .filter(entry -> counts.test(shard, entry.getKey()))
                  .map(entry -> tensor(shard, header, entry))
                  .toList()));
      return tensors;
    }

    private RemoteTensor tensor(
        String path, SafetensorsHeader header, Map.Entry<String, SafetensorsHeader.Entry> named) {
      return new RemoteHeader(snapshot.find(path).orElseThrow(), header).tensor(named);
    }

    private String source() {
      return snapshot.name();
    }

    private String source(String path) {
      return source() + " " + path;
    }
  }
}
