package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.Rendering;
import java.util.Optional;

/// One way that a job's results are drawn.
///
/// @param id of the rendering
/// @param rendering how to draw; absent where no request for it is known
/// @param ready whether the files are in the store
record RenderingRecord(String id, Optional<Rendering> rendering, boolean ready) {
  RenderingRecord {
    rendering = rendering == null ? Optional.empty() : rendering;
  }

  static RenderingRecord unknown(String id) {
    return new RenderingRecord(id, Optional.empty(), false);
  }

  RenderingRecord asked(Rendering how) {
    return new RenderingRecord(id, Optional.of(how), ready);
  }

  RenderingRecord drawn() {
    return new RenderingRecord(id, rendering, true);
  }
}
