package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.Topic;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.job.JobPlan;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.results.FisherResult;
import dev.halcyon.contracts.results.TensorResult;
import dev.halcyon.services.common.JobContext;
import java.util.List;

/// Reads the records of each topic and has them handled.
final class JobListener {
  private final JobHandler handler;

  JobListener(JobHandler handler) {
    this.handler = handler;
  }

  /// @throws dev.halcyon.contracts.json.InvalidMessageException where the value is no record of the
  ///   topic
  List<JobEffect> receive(Topic topic, byte[] value) {
    return switch (topic) {
      case JOB_PLANS -> onJobPlan(Json.read(value, JobPlan.class));
      case TENSOR_RESULTS -> onTensorResult(Json.read(value, TensorResult.class));
      case FISHER_RESULTS -> onFisherResult(Json.read(value, FisherResult.class));
      case JOB_EVENTS -> onJobEvent(Json.read(value, JobEvent.class));
      case COMPARE_REQUESTS, FETCH_TASKS, TENSORS, FISHER_TASKS, REPORTS, JOB_STATES ->
          throw new IllegalArgumentException("the aggregator does not read " + topic);
    };
  }

  private List<JobEffect> onJobPlan(JobPlan plan) {
    try (JobContext _ = JobContext.of(plan.jobId()).attempt(plan.attempt())) {
      return handler.onJobPlan(plan);
    }
  }

  private List<JobEffect> onTensorResult(TensorResult result) {
    try (JobContext _ = JobContext.of(result.jobId()).tensor(result.tensor())) {
      return handler.onTensorResult(result);
    }
  }

  private List<JobEffect> onFisherResult(FisherResult result) {
    try (JobContext _ =
        JobContext.of(result.jobId()).attempt(result.attempt()).model(result.model())) {
      return handler.onFisherResult(result);
    }
  }

  private List<JobEffect> onJobEvent(JobEvent event) {
    try (JobContext _ = JobContext.of(event.jobId()).attempt(event.attempt())) {
      return handler.onJobEvent(event);
    }
  }
}
