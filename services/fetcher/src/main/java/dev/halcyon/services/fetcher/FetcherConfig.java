package dev.halcyon.services.fetcher;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What a request may reach.
@ConfigMapping(prefix = "halcyon.fetcher")
interface FetcherConfig {
  /// Folders below which a request may name local models; none where absent.
  Optional<List<Path>> localRoots();

  /// Whether workers see this machine's Hugging Face cache, so that what it holds is read there.
  @WithDefault("false")
  boolean hubCacheInPlace();

  /// Tokens x parameters that a Fisher worker's device does in a second; two cores' where absent.
  @WithDefault("2e10")
  double fisherRate();

  /// Time that a Fisher task is to take at most, where the request leaves it to us.
  @WithDefault("10M")
  Duration fisherTaskTime();

  /// Tensors of a job that are announced, or asked for, at a time: so many of a large job are in
  /// front of those of a small one at most.
  @WithDefault("1024")
  int window();
}
