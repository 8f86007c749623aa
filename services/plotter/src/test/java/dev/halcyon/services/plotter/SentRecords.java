package dev.halcyon.services.plotter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.json.Json;
import io.smallrye.reactive.messaging.kafka.Record;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Message;

/// Keeps what is sent to a channel.
final class SentRecords implements Emitter<Record<String, byte[]>> {
  private final List<Record<String, byte[]>> records = new ArrayList<>();

  List<String> keys() {
    return records.stream().map(Record::key).toList();
  }

  <T> T only(Class<T> type) {
    assertThat(records).hasSize(1);
    return Json.read(records.getFirst().value(), type);
  }

  @Override
  public CompletionStage<Void> send(Record<String, byte[]> payload) {
    records.add(payload);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public <M extends Message<? extends Record<String, byte[]>>> void send(M message) {
    records.add(message.getPayload());
  }

  @Override
  public void complete() {}

  @Override
  public void error(Exception e) {
    throw new AssertionError(e);
  }

  @Override
  public boolean isCancelled() {
    return false;
  }

  @Override
  public boolean hasRequests() {
    return true;
  }
}
