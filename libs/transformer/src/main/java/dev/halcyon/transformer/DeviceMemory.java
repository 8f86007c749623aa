package dev.halcyon.transformer;

import dev.halcyon.transformer.internal.torch.DeviceName;
import dev.halcyon.transformer.internal.torch.TorchDevice;

/// Memory of a GPU.
///
/// @param used in bytes, by any process
/// @param total in bytes
public record DeviceMemory(long used, long total) {
  /// Of the host, and of a card that this process has not used yet.
  public static final DeviceMemory NONE = new DeviceMemory(0, 0);

  /// The memory of a device now. It uses no device that is not in use.
  ///
  /// @param device `cpu`, or `cuda:0` and so on
  public static DeviceMemory of(String device) {
    return TorchDevice.of(DeviceName.parse(device)).memory();
  }
}
