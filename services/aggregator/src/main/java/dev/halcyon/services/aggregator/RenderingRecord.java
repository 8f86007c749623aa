package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.job.Failure;
import dev.halcyon.contracts.request.Rendering;
import java.util.Optional;

/// One way that a job's results are drawn.
///
/// @param id of the rendering
/// @param rendering how to draw; absent where no request for it is known
/// @param ready whether the files are in the store
/// @param failure why they could not be drawn
record RenderingRecord(
    String id, Optional<Rendering> rendering, boolean ready, Optional<Failure> failure) {
  RenderingRecord {
    rendering = rendering == null ? Optional.empty() : rendering;
    failure = failure == null ? Optional.empty() : failure;
  }

  static RenderingRecord unknown(String id) {
    return new RenderingRecord(id, Optional.empty(), false, Optional.empty());
  }

  /// Asked for anew, so that an earlier failure is no longer of interest.
  RenderingRecord asked(Rendering how) {
    return new RenderingRecord(id, Optional.of(how), ready, Optional.empty());
  }

  RenderingRecord drawn() {
    return new RenderingRecord(id, rendering, true, Optional.empty());
  }

  RenderingRecord failed(Failure why) {
    return new RenderingRecord(id, rendering, false, Optional.of(why));
  }
}
