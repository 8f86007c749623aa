package dev.halcyon.services.common;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.File;
import java.nio.file.Path;
import java.util.function.ToLongFunction;

/// Exports how much room there is on the disks that a service writes to.
public final class DiskMeters {
  private final MeterRegistry meters;

  public DiskMeters(MeterRegistry meters) {
    this.meters = meters;
  }

  /// Exports the disk of a folder; 0 for both numbers while the folder is not there.
  ///
  /// @param disk what the folder is for, as `temporary`
  public void export(String disk, Path folder) {
    gauge("halcyon.disk.free", "Free space on a disk", disk, folder, File::getUsableSpace);
    gauge("halcyon.disk.size", "Size of a disk", disk, folder, File::getTotalSpace);
  }

  private void gauge(
      String name, String description, String disk, Path folder, ToLongFunction<File> value) {
    Gauge.builder(name, folder.toAbsolutePath().toFile(), value::applyAsLong)
        .description(description)
        .baseUnit("bytes")
        .tag("disk", disk)
        .strongReference(true)
        .register(meters);
  }
}
