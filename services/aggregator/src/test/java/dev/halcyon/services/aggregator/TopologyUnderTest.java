package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.Topic;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.fixture.LetterBox;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;

/// The aggregator without a broker.
final class TopologyUnderTest implements AutoCloseable {
  static final RetentionSchedule RETENTION =
      new RetentionSchedule(Duration.ofDays(30), Duration.ofHours(1));

  private final LetterBox box = new LetterBox();
  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final TopologyTestDriver driver;

  TopologyUnderTest(ObjectStore store) {
    JobMeters jobs = new JobMeters(meters, InstantSource.system(), Duration.ofMinutes(15));
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
    JobProcessor.Handlers handlers =
        (records, clock) ->
            new JobHandler(
                records, store, new JobHandler.Settings("test", Integer.MAX_VALUE), clock);
    driver =
        new TopologyTestDriver(
            AggregatorTopology.build(handlers, Optional.of(RETENTION), jobs, box.deadLetters()),
            properties);
  }

  TestInputTopic<String, byte[]> input(Topic topic) {
    return driver.createInputTopic(
        topic.topicName(), new StringSerializer(), new ByteArraySerializer());
  }

  TestOutputTopic<String, byte[]> output(Topic topic) {
    return output(topic.topicName());
  }

  TestOutputTopic<String, byte[]> output(String topic) {
    return driver.createOutputTopic(topic, new StringDeserializer(), new ByteArrayDeserializer());
  }

  /// Lets so much time pass that counts are told.
  void waitForCounts() {
    driver.advanceWallClockTime(StateFeed.PAUSE);
  }

  /// The view of all jobs' states.
  KeyValueStore<String, byte[]> allJobs() {
    return driver.getKeyValueStore(AggregatorTopology.ALL_JOBS);
  }

  void pass(Duration time) {
    driver.advanceWallClockTime(time);
  }

  MeterRegistry meters() {
    return meters;
  }

  @Override
  public void close() {
    driver.close();
  }
}
