package dev.halcyon.hub.checkpoint;

import dev.halcyon.hub.HubClient;
import dev.halcyon.hub.HubSnapshot;
import dev.halcyon.tensors.InvalidCheckpointException;
import dev.halcyon.tensors.adapters.AdapterConfig;
import dev.halcyon.tensors.adapters.AdapterFiles;
import dev.halcyon.tensors.adapters.AdapterTensors;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A LoRA adapter on the Hub, of which only `adapter_config.json` and the tensors' header were
/// read.
///
/// @param snapshot it belongs to
/// @param tensors of its file, in the order of their bytes
/// @param config of it
/// @param parts the tensors by what they do to a base
public record RemoteAdapter(
    HubSnapshot snapshot, List<RemoteTensor> tensors, AdapterConfig config, AdapterTensors parts) {
  public RemoteAdapter {
    tensors = List.copyOf(tensors);
  }

  /// Whether the repository is taken as an adapter where it is given as a fine-tune.
  public static boolean is(HubSnapshot snapshot) {
    return AdapterFiles.areIn(snapshot.namesAtRoot());
  }

  /// Reads an adapter's config and header.
  ///
  /// @throws InvalidCheckpointException where it is damaged or incomplete, or of a kind not read
  /// @throws HubException where it cannot be read
  public static RemoteAdapter open(HubClient client, HubSnapshot snapshot) throws IOException {
    String source = snapshot.name();
    AdapterFiles.require(source, snapshot.namesAtRoot());
    AdapterConfig config =
        AdapterConfig.parse(
            source + " " + AdapterFiles.CONFIG,
            client.read(snapshot.file(AdapterFiles.CONFIG), AdapterFiles.LONGEST_CONFIG));
    String weights = source + " " + AdapterFiles.WEIGHTS;
    RemoteHeader header = RemoteHeader.read(client, weights, snapshot.file(AdapterFiles.WEIGHTS));
    List<RemoteTensor> tensors =
        header.header().entries().entrySet().stream().map(header::tensor).toList();
    return new RemoteAdapter(
        snapshot, tensors, config, new AdapterTensors(weights, byName(tensors)));
  }

  /// Names other weights in the repository, which are ignored; empty where there are none.
  public Optional<String> note() {
    return AdapterFiles.note(snapshot.namesAtRoot());
  }

  private static Map<String, AdapterTensors.Tensor> byName(List<RemoteTensor> tensors) {
    Map<String, AdapterTensors.Tensor> byName = new LinkedHashMap<>();
    tensors.forEach(tensor ->
        byName.put(
            tensor.name(),
            new AdapterTensors.Tensor(tensor.name(), tensor.dtype(), tensor.shape())));
    return byName;
  }
}
