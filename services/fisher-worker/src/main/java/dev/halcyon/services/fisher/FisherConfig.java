package dev.halcyon.services.fisher;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/// What of the machine the worker takes.
@ConfigMapping(prefix = "halcyon.fisher")
interface FisherConfig {
  /// `cpu`, or `cuda:0` and so on.
  @WithDefault("cpu")
  String device();

  /// Threads that compute; all cores where absent.
  OptionalInt threads();

  /// Memory for layer inputs, kept activations and the output matrix's sums, as `4G`; 2 GiB or a
  /// quarter of the machine's where absent.
  Optional<MemorySize> memory();

  /// Temporary files for what does not fit there; 16 GiB where absent.
  Optional<MemorySize> disk();

  /// Where those and a diagonal on its way to the store are written; `java.io.tmpdir` where absent.
  Optional<Path> temporaryFolder();

  /// Weights of models in an S3 store that are kept on disk for the next task, in the same folder;
  /// none where it is 0.
  @WithDefault("16G")
  MemorySize weightsCache();

  /// Samples that go through the model together at most; as many as fit where absent.
  OptionalInt batchSize();
}
