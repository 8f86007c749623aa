package dev.halcyon.hub.checkpoint;

import dev.halcyon.hub.HubClient;
import dev.halcyon.hub.repository.HubFile;
import dev.halcyon.tensors.SafetensorsHeader;
import java.io.IOException;
import java.util.Map;

/// The header of a safetensors file on the Hub.
///
/// @param file whose it is
/// @param header of it
record RemoteHeader(HubFile file, SafetensorsHeader header) {
  /// Reads a header, and nothing else of the file.
  ///
  /// @param source names the file in errors
  static RemoteHeader read(HubClient client, String source, HubFile file) throws IOException {
    int prefix = (int) Math.min(SafetensorsHeader.PREFIX_BYTES, file.size());
    int length = SafetensorsHeader.headerLength(source, client.read(file, 0, prefix), file.size());
    return new RemoteHeader(
        file,
        SafetensorsHeader.parse(
            source, client.read(file, SafetensorsHeader.PREFIX_BYTES, length), file.size()));
  }

  RemoteTensor tensor(Map.Entry<String, SafetensorsHeader.Entry> named) {
    SafetensorsHeader.Entry entry = named.getValue();
    return new RemoteTensor(
        named.getKey(), entry.dtype(), entry.shape(), file, header.offset(entry), entry.bytes());
  }
}
