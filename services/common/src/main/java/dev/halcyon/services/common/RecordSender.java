package dev.halcyon.services.common;

import dev.halcyon.contracts.json.Json;
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
  ///
  /// @throws BadInputException where it is larger than a record may be
  public CompletableFuture<Void> send(String key, Object value) {
    return emitter.send(Record.of(key, json(key, value))).toCompletableFuture();
  }

  private static byte[] json(String key, Object value) {
    byte[] json = Json.bytes(value);
    if (json.length > TopicCatalogue.LARGEST_VALUE) {
      throw new BadInputException(
          "%s %s has %d bytes, and the limit of a record is %d: names in the request or the model are too long"
              .formatted(
                  value.getClass().getSimpleName(),
                  key,
                  json.length,
                  TopicCatalogue.LARGEST_VALUE));
    }
    return json;
  }
}
