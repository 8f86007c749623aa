package dev.halcyon.hub.checkpoint;

import static java.util.Objects.requireNonNull;

import dev.halcyon.hub.repository.HubFile;
import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.Shape;

/// Where a tensor lies on the Hub and what it is.
///
/// @param name key in the checkpoint, as `model.layers.0.self_attn.q_proj.weight`
/// @param dtype element type
/// @param shape sizes of its dimensions, outermost first
/// @param file that holds its bytes
/// @param offset of its first byte, from the beginning of the file
/// @param bytes it takes
public record RemoteTensor(
    String name, DType dtype, Shape shape, HubFile file, long offset, long bytes) {
  public RemoteTensor {
    requireNonNull(name, "name is null");
    requireNonNull(dtype, "dtype is null");
    requireNonNull(shape, "shape is null");
    requireNonNull(file, "file is null");
  }
}
