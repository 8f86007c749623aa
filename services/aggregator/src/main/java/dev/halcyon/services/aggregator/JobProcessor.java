package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.Failure;
import dev.halcyon.contracts.FisherResult;
import dev.halcyon.contracts.FisherTask;
import dev.halcyon.contracts.InvalidMessageException;
import dev.halcyon.contracts.JobEvent;
import dev.halcyon.contracts.JobPlan;
import dev.halcyon.contracts.JobState;
import dev.halcyon.contracts.Json;
import dev.halcyon.contracts.Rendering;
import dev.halcyon.contracts.ReportReady;
import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.TensorResult;
import dev.halcyon.contracts.Topic;
import dev.halcyon.services.common.Failures;
import dev.halcyon.services.common.JobContext;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jboss.logging.Logger;

/// Counts each job's results against its plan, and has the report put when the last one is there.
///
/// A message and all it changes are one transaction, so a message that is delivered twice counts
/// once; results are kept by tensor, so a tensor that was computed twice counts once too. Putting
/// the report is outside the transaction and is done again after a crash, which a conditional put
/// makes harmless.
final class JobProcessor implements Processor<String, byte[], String, byte[]> {
  private static final Logger LOG = Logger.getLogger(JobProcessor.class);
  static final String SERVICE = "aggregator";

  private final Reports reports;
  private final Consumer<JobState> observer;
  private ProcessorContext<String, byte[]> context;
  private KeyValueStore<String, byte[]> jobs;
  private KeyValueStore<String, byte[]> results;
  private StateFeed feed;

  JobProcessor(Reports reports, Consumer<JobState> observer) {
    this.reports = reports;
    this.observer = observer;
  }

  @Override
  public void init(ProcessorContext<String, byte[]> processorContext) {
    context = processorContext;
    jobs = processorContext.getStateStore(AggregatorTopology.JOBS);
    results = processorContext.getStateStore(AggregatorTopology.RESULTS);
    feed = new StateFeed(processorContext, observer);
  }

  @Override
  public void process(Record<String, byte[]> message) {
    String topic = context.recordMetadata().orElseThrow().topic();
    try (JobContext _ = JobContext.of(String.valueOf(message.key()))) {
      dispatch(topic, message.value());
    } catch (InvalidMessageException e) {
      LOG.errorf("a message on %s goes to the dead letters: %s", topic, e.getMessage());
      context.forward(message, AggregatorTopology.DEAD_LETTERS);
    }
  }

  private void dispatch(String topic, byte[] value) {
    if (topic.equals(Topic.JOB_PLANS.topicName())) {
      announced(Json.read(value, JobPlan.class));
    } else if (topic.equals(Topic.TENSOR_RESULTS.topicName())) {
      counted(Json.read(value, TensorResult.class), value);
    } else if (topic.equals(Topic.FISHER_RESULTS.topicName())) {
      estimated(Json.read(value, FisherResult.class));
    } else {
      turned(Json.read(value, JobEvent.class));
    }
  }

  private void announced(JobPlan plan) {
    Job job = load(plan.jobId()).announced(plan, now());
    if (job.isReported() || reports.exists(plan.jobId())) {
      report(job, List.of(plan.rendering()));
    } else {
      if (job.status() == JobState.Status.FAILED && !job.isComplete()) {
        job.failure().ifPresent(failure -> mark(job.jobId(), job.attempt(), failure));
      }
      Job started = startFisher(job);
      if (started.isComplete()) {
        report(started, started.renderings());
      } else {
        save(started);
      }
    }
  }

  /// @param json of the result, kept as it came
  private void counted(TensorResult result, byte[] json) {
    Job job = load(result.jobId());
    if (job.isReported()) {
      return;
    }
    byte[] earlier = results.putIfAbsent(key(result.jobId(), result.tensor()), json);
    if (earlier != null) {
      return;
    }
    reportOrSave(job.counted(result.bytes(), now()));
  }

  private void estimated(FisherResult result) {
    Job job = load(result.jobId());
    if (job.isReported() || job.plan().isEmpty() || job.fisher().has(result)) {
      return;
    }
    Job next = job.with(job.fisher().counted(result), now());
    next.fisher().merge(next.plan().orElseThrow(), result.model()).ifPresent(this::start);
    reportOrSave(next);
  }

  private void reportOrSave(Job job) {
    if (job.isComplete()) {
      report(job, job.renderings());
    } else {
      keep(job);
      feed.counted(job);
    }
  }

  /// Starts the Fisher tasks of the models that have arrived, once for each attempt.
  private Job startFisher(Job job) {
    if (job.plan().isEmpty() || job.status() != JobState.Status.RUNNING) {
      return job;
    }
    JobPlan plan = job.plan().orElseThrow();
    FisherAccount account = job.fisher();
    for (String model : account.startable(plan)) {
      account.missing(plan, model).forEach(this::start);
      account = account.started(model, plan.attempt());
    }
    return job.with(account, now());
  }

  private void start(FisherTask task) {
    String key = String.join("/", task.jobId(), task.model(), task.name());
    forward(AggregatorTopology.FISHER_TASKS, key, task);
  }

  private void turned(JobEvent event) {
    switch (event.type()) {
      case ACCEPTED -> LOG.debugf("request %s is attempt %d", event.requestId(), event.attempt());
      case ARRIVED -> arrived(event);
      case PROGRESS -> progressed(event);
      case RENDERED -> save(load(event.jobId()).rendered(event.renderingId().orElseThrow(), now()));
      case FAILED -> failed(event);
    }
  }

  private void arrived(JobEvent event) {
    Job job = load(event.jobId());
    FisherAccount account = job.fisher().arrived(event.attempt(), event.arrival().orElseThrow());
    if (!job.isReported() && !account.equals(job.fisher())) {
      reportOrSave(startFisher(job.with(account, now())));
    }
  }

  private void progressed(JobEvent event) {
    Job job = load(event.jobId());
    if (job.status() == JobState.Status.RUNNING && event.attempt() == job.attempt()) {
      Job next = job.with(job.fisher().progressed(event.progress().orElseThrow()), now());
      keep(next);
      feed.counted(next);
    }
  }

  private void failed(JobEvent event) {
    Job job = load(event.jobId());
    if (event.attempt() >= job.attempt()) {
      fail(job, event.attempt(), event.failure().orElseThrow());
    }
  }

  private void fail(Job job, int attempt, Failure failure) {
    if (job.plan().isPresent()) {
      mark(job.jobId(), attempt, failure);
    }
    save(job.failed(attempt, failure, now()));
  }

  /// Marks the attempt, so that the next request begins another. Where the store is what has failed
  /// the job may take no mark either: the next request then takes the same attempt up again, or has
  /// it marked.
  private void mark(String jobId, int attempt, Failure failure) {
    try {
      reports.markFailed(jobId, attempt, failure);
    } catch (UncheckedIOException e) {
      LOG.warnf("attempt %d is not marked as failed: %s", attempt, e.getMessage());
    }
  }

  private void report(Job job, List<Rendering> renderings) {
    String digest;
    try {
      digest = reports.put(job, resultsOf(job.jobId()), now());
    } catch (RuntimeException e) {
      fail(job, job.attempt(), Failures.logged(LOG, e));
      return;
    }
    save(job.reported(digest, now()));
    for (Rendering rendering : renderings) {
      forward(
          AggregatorTopology.REPORTS,
          job.jobId(),
          new ReportReady(
              job.jobId(), job.attempt(), StoreKeys.report(job.jobId()), digest, rendering));
    }
    forget(job.jobId());
    context.commit();
  }

  private List<TensorResult> resultsOf(String jobId) {
    List<TensorResult> found = new ArrayList<>();
    try (KeyValueIterator<String, byte[]> entries = entries(jobId)) {
      while (entries.hasNext()) {
        found.add(Json.read(entries.next().value, TensorResult.class));
      }
    }
    return found;
  }

  /// The report has them now.
  private void forget(String jobId) {
    List<String> keys = new ArrayList<>();
    try (KeyValueIterator<String, byte[]> entries = entries(jobId)) {
      entries.forEachRemaining((KeyValue<String, byte[]> entry) -> keys.add(entry.key));
    }
    keys.forEach(results::delete);
  }

  private KeyValueIterator<String, byte[]> entries(String jobId) {
    return results.prefixScan(key(jobId, ""), new StringSerializer());
  }

  private static String key(String jobId, String tensor) {
    return jobId + "/" + tensor;
  }

  private Job load(String jobId) {
    byte[] stored = jobs.get(jobId);
    return stored == null ? Job.unplanned(jobId, now()) : Json.read(stored, Job.class);
  }

  private void save(Job job) {
    keep(job);
    feed.turned(job);
  }

  private void keep(Job job) {
    jobs.put(job.jobId(), Json.bytes(job));
  }

  private void forward(String sink, String key, Object value) {
    context.forward(new Record<>(key, Json.bytes(value), context.currentSystemTimeMs()), sink);
  }

  private Instant now() {
    return Instant.ofEpochMilli(context.currentSystemTimeMs());
  }
}
