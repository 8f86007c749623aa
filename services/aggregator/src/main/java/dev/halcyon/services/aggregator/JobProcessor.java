package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.FisherTask;
import dev.halcyon.contracts.InvalidMessageException;
import dev.halcyon.contracts.JobState;
import dev.halcyon.contracts.Json;
import dev.halcyon.contracts.ReportReady;
import dev.halcyon.contracts.Topic;
import dev.halcyon.services.aggregator.JobEffect.AnnounceReport;
import dev.halcyon.services.aggregator.JobEffect.PublishState;
import dev.halcyon.services.aggregator.JobEffect.StartFisherTask;
import dev.halcyon.services.common.JobContext;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jboss.logging.Logger;

/// Stores and forwards what [JobHandler] makes of each record: the record, what it changes and what
/// it sends are one transaction.
final class JobProcessor implements Processor<String, byte[], String, byte[]> {
  private static final Logger LOG = Logger.getLogger(JobProcessor.class);

  /// Makes the handler of a partition's records.
  interface Handlers {
    JobHandler on(JobRecords records, InstantSource clock);
  }

  private final Handlers handlers;
  private final Consumer<JobState> observer;
  private ProcessorContext<String, byte[]> context;
  private JobListener listener;
  private StateFeed feed;

  JobProcessor(Handlers handlers, Consumer<JobState> observer) {
    this.handlers = handlers;
    this.observer = observer;
  }

  @Override
  public void init(ProcessorContext<String, byte[]> processorContext) {
    context = processorContext;
    JobRecords records =
        new StreamsJobRecords(processorContext.getStateStore(AggregatorTopology.RECORDS));
    listener =
        new JobListener(
            handlers.on(
                records, () -> Instant.ofEpochMilli(processorContext.currentSystemTimeMs())));
    feed = new StateFeed(processorContext, observer);
  }

  @Override
  public void process(Record<String, byte[]> message) {
    String topic = context.recordMetadata().orElseThrow().topic();
    try (JobContext _ = JobContext.of(String.valueOf(message.key()))) {
      listener.receive(Topic.named(topic), message.value()).forEach(this::apply);
    } catch (InvalidMessageException e) {
      LOG.errorf("a message on %s goes to the dead letters: %s", topic, e.getMessage());
      context.forward(message, AggregatorTopology.DEAD_LETTERS);
    }
  }

  private void apply(JobEffect effect) {
    switch (effect) {
      case StartFisherTask(FisherTask task) ->
          forward(AggregatorTopology.FISHER_TASKS, task.key(), task);
      case AnnounceReport(ReportReady report) -> {
        forward(AggregatorTopology.REPORTS, report.jobId(), report);
        context.commit();
      }
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
