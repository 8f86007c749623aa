package dev.halcyon.services.common;

import dev.halcyon.contracts.Json;
import io.smallrye.reactive.messaging.kafka.Record;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.reactive.messaging.Emitter;

/// Sends contract records through a channel, keyed.
public final class RecordSender {
  private final Emitter<Record<String, byte[]>> emitter;

  public RecordSender(Emitter<Record<String, byte[]>> emitter) {
    this.emitter = emitter;
  }

  /// Completes when the broker has the record.
  public CompletableFuture<Void> send(String key, Object value) {
    return emitter.send(Record.of(key, Json.bytes(value))).toCompletableFuture();
  }
}
