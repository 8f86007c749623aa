package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.FisherResult;
import dev.halcyon.contracts.JobEvent;
import dev.halcyon.contracts.JobPlan;
import dev.halcyon.contracts.Json;
import dev.halcyon.contracts.TensorResult;
import dev.halcyon.contracts.Topic;
import java.util.List;

/// Reads the records of each topic and has them handled.
final class JobListener {
  private final JobHandler handler;

  JobListener(JobHandler handler) {
    this.handler = handler;
  }

  /// @throws dev.halcyon.contracts.InvalidMessageException where the value is no record of the
  ///   topic
  List<JobEffect> receive(Topic topic, byte[] value) {
    return switch (topic) {
      case JOB_PLANS -> handler.onJobPlan(Json.read(value, JobPlan.class));
      case TENSOR_RESULTS -> handler.onTensorResult(Json.read(value, TensorResult.class));
      case FISHER_RESULTS -> handler.onFisherResult(Json.read(value, FisherResult.class));
      case JOB_EVENTS -> handler.onJobEvent(Json.read(value, JobEvent.class));
      case COMPARE_REQUESTS, FETCH_TASKS, TENSORS, FISHER_TASKS, REPORTS, JOB_STATES ->
          throw new IllegalArgumentException("the aggregator does not read " + topic);
    };
  }
}
