package dev.halcyon.services.common;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// The records that the service works on now, and how long each has taken. Safe for use by many
/// threads.
public final class RecordsAtWork {
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(10),
    Duration.ofMillis(100),
    Duration.ofSeconds(1),
    Duration.ofSeconds(10),
    Duration.ofMinutes(1),
    Duration.ofMinutes(10),
    Duration.ofHours(1)
  };

  private final MeterRegistry meters;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final Map<String, Set<Entry>> byTopic = new ConcurrentHashMap<>();
  private final WorkGate gate = new WorkGate();

  public RecordsAtWork(MeterRegistry meters) {
    this(meters, InstantSource.system(), System::nanoTime);
  }

  RecordsAtWork(MeterRegistry meters, InstantSource clock, LongSupplier nanoTime) {
    this.meters = meters;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /// Through which the work on every record begins.
  WorkGate gate() {
    return gate;
  }

  /// How the work on a record ended.
  enum Outcome {
    /// It is done.
    DONE,
    /// Nobody waits for it any more.
    SKIPPED,
    /// The record is a dead letter.
    FAILED;

    private String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// A record at work.
  final class Entry {
    private final ConsumerRecord<?, ?> record;
    private final long begun = nanoTime.getAsLong();
    private volatile long progressed = begun;

    private Entry(ConsumerRecord<?, ?> record) {
      this.record = record;
    }

    private Duration sinceProgress() {
      return Duration.ofNanos(nanoTime.getAsLong() - progressed);
    }

    private double age() {
      return Math.max(0, clock.millis() - record.timestamp()) / 1000.0;
    }

    /// Takes the record off the list.
    void end(Outcome outcome) {
      byTopic.get(record.topic()).remove(this);
      timer(record.topic(), outcome).record(Duration.ofNanos(nanoTime.getAsLong() - begun));
    }

    @Override
    public String toString() {
      return "%s-%d@%d".formatted(record.topic(), record.partition(), record.offset());
    }
  }

  /// Makes the meters of a topic that the service reads, so that they are there from the start.
  void expect(String topic) {
    Set<Entry> entries = byTopic.computeIfAbsent(topic, _ -> ConcurrentHashMap.newKeySet());
    Gauge.builder("halcyon.work.running", entries, Collection::size)
        .description("Records that are being processed")
        .tag("topic", topic)
        .register(meters);
    Gauge.builder("halcyon.work.oldest.age", entries, RecordsAtWork::oldestAge)
        .description("Age of the oldest record that is being processed; 0 if there is none")
        .baseUnit("seconds")
        .tag("topic", topic)
        .register(meters);
    for (Outcome outcome : Outcome.values()) {
      var _ = timer(topic, outcome);
    }
  }

  private static double oldestAge(Set<Entry> entries) {
    return entries.stream().mapToDouble(Entry::age).max().orElse(0);
  }

  private Timer timer(String topic, Outcome outcome) {
    return Timer.builder("halcyon.work")
        .description("Processing time of a record, including waits and retries")
        .tag("topic", topic)
        .tag("outcome", outcome.label())
        .serviceLevelObjectives(BUCKETS)
        .register(meters);
  }

  /// Puts a record of an expected topic on the list.
  Entry begin(ConsumerRecord<?, ?> record) {
    Entry entry = new Entry(record);
    byTopic.get(record.topic()).add(entry);
    return entry;
  }

  /// Says that the work on a topic's records gets on.
  public void progressed(String topic) {
    byTopic.getOrDefault(topic, Set.of()).forEach(this::progressed);
  }

  /// Says that nothing could get on until now, such as while the broker was away.
  public void progressed() {
    byTopic.values().forEach(entries -> entries.forEach(this::progressed));
  }

  private void progressed(Entry entry) {
    entry.progressed = nanoTime.getAsLong();
  }

  /// The records whose work has not got on for longer than their topic allows.
  public List<String> stuck(Limits limits) {
    return byTopic.entrySet().stream()
        .flatMap(topic ->
            topic.getValue().stream()
                .filter(entry -> entry.sinceProgress().compareTo(limits.of(topic.getKey())) > 0))
        .map(Entry::toString)
        .sorted()
        .toList();
  }

  /// How long work may take without getting on.
  ///
  /// @param standard of all topics
  /// @param byTopic others, by topic
  public record Limits(Duration standard, Map<String, Duration> byTopic) {
    public Limits {
      byTopic = Map.copyOf(byTopic);
    }

    private Duration of(String topic) {
      return Optional.ofNullable(byTopic.get(topic)).orElse(standard);
    }
  }
}
