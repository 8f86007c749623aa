package dev.halcyon.services.aggregator;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.halcyon.contracts.Topic;
import dev.halcyon.contracts.job.Failure;
import dev.halcyon.contracts.job.FetchTask;
import dev.halcyon.contracts.job.FisherTask;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.job.JobState;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.results.ReportReady;
import dev.halcyon.services.aggregator.JobEffect.AnnounceReport;
import dev.halcyon.services.aggregator.JobEffect.DispatchTensors;
import dev.halcyon.services.aggregator.JobEffect.PublishState;
import dev.halcyon.services.aggregator.JobEffect.RemoveState;
import dev.halcyon.services.aggregator.JobEffect.StartFisherTask;
import dev.halcyon.services.common.DeadLetter;
import dev.halcyon.services.common.DeadLetters;
import dev.halcyon.services.common.Failures;
import dev.halcyon.services.common.JobContext;
import dev.halcyon.services.common.JobReference;
import dev.halcyon.services.common.RecordValues;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/// Stores and forwards what [JobHandler] makes of each record: the record, what it changes and what
/// it sends are one transaction.
final class JobProcessor implements Processor<String, byte[], String, byte[]> {
  private static final String SERVICE = "aggregator";
  private static final int LONGEST_KEY = 64;

  /// Makes the handler of a partition's records.
  interface Handlers {
    JobHandler on(JobRecords records, InstantSource clock);
  }

  private final Handlers handlers;
  private final Optional<RetentionSchedule> retention;
  private final JobObserver observer;
  private final DeadLetters deadLetters;
  private ProcessorContext<String, byte[]> context;
  private JobListener listener;
  private StateFeed feed;

  /// @param retention of old jobs; they are kept where absent
  JobProcessor(
      Handlers handlers,
      Optional<RetentionSchedule> retention,
      JobObserver observer,
      DeadLetters deadLetters) {
    this.handlers = handlers;
    this.retention = retention;
    this.observer = observer;
    this.deadLetters = deadLetters;
  }

  @Override
  public void init(ProcessorContext<String, byte[]> processorContext) {
    context = processorContext;
    JobRecords records =
        new StreamsJobRecords(processorContext.getStateStore(AggregatorTopology.RECORDS));
    JobHandler handler =
        handlers.on(records, () -> Instant.ofEpochMilli(processorContext.currentSystemTimeMs()));
    listener = new JobListener(handler);
    retention.ifPresent(schedule -> {
      var _ =
          processorContext.schedule(
              schedule.interval(),
              PunctuationType.WALL_CLOCK_TIME,
              _ -> handler.removeOld(schedule.age()).forEach(this::apply));
    });
    feed = new StateFeed(processorContext, observer);
    feed.taken(handler.states());
  }

  @Override
  public void close() {
    feed.close();
  }

  /// What cannot be read, or not be done however often it is tried, goes to the dead letters. What
  /// Kafka fails with concerns all records: the transaction is rolled back, and done again.
  @Override
  public void process(Record<String, byte[]> message) {
    Topic topic = Topic.named(context.recordMetadata().orElseThrow().topic());
    try (JobContext _ = JobContext.of(shortKey(message))) {
      listener.receive(topic, RecordValues.require(message.value())).forEach(this::apply);
    } catch (KafkaException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError e) {
      bury(topic, message, e);
    }
  }

  private static String shortKey(Record<String, byte[]> message) {
    String key = String.valueOf(message.key());
    return key.length() <= LONGEST_KEY ? key : key.substring(0, LONGEST_KEY) + "…";
  }

  private void bury(Topic topic, Record<String, byte[]> message, Throwable thrown) {
    Optional<JobReference> job = JobReference.of(message.key(), message.value());
    DeadLetter letter = letter(topic, message, thrown, job);
    deadLetters.log(letter, thrown);
    ProducerRecord<byte[], byte[]> cut = letter.toRecord();
    context.forward(
        new Record<>(
            cut.key() == null ? null : new String(cut.key(), UTF_8),
            cut.value(),
            context.currentSystemTimeMs(),
            cut.headers()),
        AggregatorTopology.DEAD_LETTERS);
    if (topic != Topic.JOB_EVENTS || letter.isUnread()) {
      job.ifPresent(found -> fail(found, Failures.of(thrown)));
    }
  }

  private DeadLetter letter(
      Topic topic, Record<String, byte[]> message, Throwable thrown, Optional<JobReference> job) {
    RecordMetadata place = context.recordMetadata().orElseThrow();
    return new DeadLetter(
        new DeadLetter.Place(topic.topicName(), place.partition(), place.offset()),
        message.key() == null ? null : message.key().getBytes(UTF_8),
        message.value(),
        thrown,
        job.map(found -> "job " + found.jobId()));
  }

  private void fail(JobReference job, Failure failure) {
    forward(
        AggregatorTopology.EVENTS,
        job.jobId(),
        JobEvent.failed(job.jobId(), job.attempt(), SERVICE, failure));
  }

  private void apply(JobEffect effect) {
    switch (effect) {
      case StartFisherTask(FisherTask task) ->
          forward(AggregatorTopology.FISHER_TASKS, task.key(), task);
      case DispatchTensors(FetchTask.Slice slice) ->
          forward(AggregatorTopology.FETCH_TASKS, slice.jobId(), slice);
      case AnnounceReport(ReportReady report) -> {
        forward(AggregatorTopology.REPORTS, report.jobId(), report);
        context.commit();
      }
      case RemoveState(String jobId) -> feed.removed(jobId);
      case PublishState(JobState state, boolean turned) -> {
        if (turned) {
          feed.turned(state);
        } else {
          feed.counted(state);
        }
      }
    }
  }

  private void forward(String sink, String key, Object value) {
    context.forward(new Record<>(key, Json.bytes(value), context.currentSystemTimeMs()), sink);
  }
}
