package dev.halcyon.standalone;

import dev.halcyon.contracts.Topic;
import dev.halcyon.contracts.job.JobPlan;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.objectstore.MemoryObjectStore;
import dev.halcyon.services.aggregator.CountedJobs;
import dev.halcyon.services.aggregator.RunningAggregator;
import dev.halcyon.services.common.TopicCatalogue;
import dev.halcyon.services.common.TopicCreator;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// The path of tensors through a broker, workers that wait instead of comparing, and the
/// aggregator, all in this JVM.
///
/// `ControlPathRates aggregator JOBS TENSORS THREADS ROUNDS`: results that are on the topic
/// already, on a new broker in each round; the first rounds have code that is not compiled yet.
/// `ControlPathRates workers JOBS TENSORS MILLIS WORKERS hash|even`: each worker takes one tensor
/// after the other and so many milliseconds for each; tensors are spread over the partitions by
/// their keys' hashes, or evenly.
public final class ControlPathRates implements Closeable {
  private static final int WORK_PARTITIONS = 64;
  private static final int JOB_PARTITIONS = 12;
  private static final double NANOS = 1e9;

  private final Path folder;
  private final EmbeddedBroker broker;
  private final MemoryObjectStore store = new MemoryObjectStore();
  private final int jobs;
  private final int tensors;

  private ControlPathRates(int jobs, int tensors) throws Exception {
    this.jobs = jobs;
    this.tensors = tensors;
    this.folder = Files.createTempDirectory("control-path");
    this.broker = EmbeddedBroker.start(folder.resolve("broker"), EmbeddedBroker.Address.free(0));
    try (Admin admin = Admin.create(Map.<String, Object>copyOf(address()))) {
      new TopicCreator(admin, (short) 1)
          .create(TopicCatalogue.specs(WORK_PARTITIONS, JOB_PARTITIONS));
    }
  }

  /// Prints one line for each round.
  public static void main(String[] arguments) throws Exception {
    Logger.getLogger("").setLevel(Level.WARNING);
    int jobs = Integer.parseInt(arguments[1]);
    int tensors = Integer.parseInt(arguments[2]);
    int number = Integer.parseInt(arguments[3]);
    int last = Integer.parseInt(arguments[4]);
    switch (arguments[0]) {
      case "aggregator" -> {
        for (int round = 0; round < last; round++) {
          try (ControlPathRates rates = new ControlPathRates(jobs, tensors)) {
            rates.aggregator(number);
          }
        }
      }
      case "workers" -> {
        try (ControlPathRates rates = new ControlPathRates(jobs, tensors)) {
          rates.workers(number, last, arguments[5].equals("even"));
        }
      }
      default -> throw new IllegalArgumentException(arguments[0]);
    }
    System.exit(0);
  }

  private Map<String, String> address() {
    return Map.of("bootstrap.servers", broker.bootstrapServers());
  }

  private void aggregator(int threads) throws Exception {
    try (KafkaProducer<String, byte[]> producer = producer(false);
        KafkaConsumer<String, byte[]> reports = consumer()) {
      announce(producer);
      for (int tensor = 0; tensor < tensors; tensor++) {
        for (int job = 0; job < jobs; job++) {
          send(producer, Topic.TENSOR_RESULTS, name(job), CountedJobs.result(name(job), tensor));
        }
      }
      producer.flush();
      assign(reports);
      long start = System.nanoTime();
      try (RunningAggregator _ = aggregatorOf(threads)) {
        double first = awaitReports(reports, 1, start);
        double all = awaitReports(reports, jobs - 1, start);
        System.out.printf(
            Locale.ROOT,
            "aggregator, %d threads, %d jobs of %d tensors: first report %.1f s, all %.1f s, %.0f"
                + " results/s%n",
            threads,
            jobs,
            tensors,
            first,
            all,
            jobs * tensors / all);
      }
    }
  }

  private RunningAggregator aggregatorOf(int threads) {
    return RunningAggregator.start(
        broker.bootstrapServers(), store, folder.resolve("state"), threads);
  }

  private void workers(int millis, int workers, boolean even) throws Exception {
    List<WaitingWorker> fleet = new ArrayList<>();
    try (KafkaProducer<String, byte[]> producer = producer(even);
        KafkaProducer<String, byte[]> results = producer(false);
        KafkaConsumer<String, byte[]> reports = consumer();
        RunningAggregator _ = aggregatorOf(2)) {
      for (int i = 0; i < workers; i++) {
        fleet.add(WaitingWorker.start(address(), results, Duration.ofMillis(millis)));
      }
      for (WaitingWorker worker : fleet) {
        worker.awaitPartitions();
      }
      assign(reports);
      long start = System.nanoTime();
      announce(producer);
      for (int tensor = 0; tensor < tensors; tensor++) {
        for (int job = 0; job < jobs; job++) {
          String key = name(job) + "/" + CountedJobs.tensor(tensor);
          var _ =
              producer.send(new ProducerRecord<>(Topic.TENSORS.topicName(), key, new byte[1000]));
        }
      }
      double first = awaitReports(reports, 1, start);
      double all = awaitReports(reports, jobs - 1, start);
      double ideal = (double) jobs * tensors * millis / 1000 / workers;
      System.out.printf(
          Locale.ROOT,
          "%d workers, %d ms, %s, %d jobs of %d tensors: first report %.1f s, all %.1f s, %.0f"
              + " results/s, efficiency %.2f%n",
          workers,
          millis,
          even ? "even" : "hash",
          jobs,
          tensors,
          first,
          all,
          jobs * tensors / all,
          ideal / all);
    } finally {
      fleet.forEach(WaitingWorker::close);
    }
  }

  private static String name(int job) {
    return "job" + job;
  }

  private void announce(KafkaProducer<String, byte[]> producer) throws Exception {
    for (int job = 0; job < jobs; job++) {
      JobPlan plan = CountedJobs.announce(store, name(job), tensors);
      send(producer, Topic.JOB_PLANS, name(job), plan);
    }
    producer.flush();
  }

  private static void send(
      KafkaProducer<String, byte[]> producer, Topic topic, String key, Object value) {
    // The partition that the key gives, whatever the producer's partitioner is.
    byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
    int partition = BuiltInPartitioner.partitionForKey(bytes, JOB_PARTITIONS);
    var _ =
        producer.send(new ProducerRecord<>(topic.topicName(), partition, key, Json.bytes(value)));
  }

  private double awaitReports(KafkaConsumer<String, byte[]> reports, int count, long start) {
    int left = count;
    while (left > 0) {
      left -= reports.poll(Duration.ofMillis(50)).count();
    }
    return (System.nanoTime() - start) / NANOS;
  }

  private KafkaProducer<String, byte[]> producer(boolean even) {
    Map<String, Object> settings = new HashMap<>(address());
    settings.put("acks", "all");
    settings.put("buffer.memory", 256 << 20);
    if (even) {
      settings.put("partitioner.class", RoundRobinPartitioner.class.getName());
    }
    return new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
  }

  private KafkaConsumer<String, byte[]> consumer() {
    Map<String, Object> settings = new HashMap<>(address());
    settings.put("isolation.level", "read_committed");
    settings.put("max.poll.records", 1);
    return new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
  }

  private static void assign(KafkaConsumer<String, byte[]> reports) {
    List<TopicPartition> partitions =
        reports.partitionsFor(Topic.REPORTS.topicName()).stream()
            .map(found -> new TopicPartition(found.topic(), found.partition()))
            .toList();
    reports.assign(partitions);
    reports.seekToBeginning(partitions);
  }

  @Override
  public void close() throws IOException {
    broker.close();
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }
}
