package dev.halcyon.services.common.health;

import dev.halcyon.services.common.RecordsAtWork;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;

/// Alive while the work on every record gets on. The time that broker or store are away does not
/// count.
@Liveness
@ApplicationScoped
class RecordsLiveness implements HealthCheck {
  private final RecordsAtWork atWork;
  private final RecordsAtWork.Limits limits;

  RecordsLiveness(RecordsAtWork atWork, HealthConfig config) {
    this.atWork = atWork;
    this.limits = new RecordsAtWork.Limits(config.recordLimit(), config.recordLimits());
  }

  @Override
  public HealthCheckResponse call() {
    List<String> stuck = atWork.stuck(limits);
    HealthCheckResponseBuilder answer =
        HealthCheckResponse.named("records").status(stuck.isEmpty());
    return stuck.isEmpty()
        ? answer.build()
        : answer.withData("stuck", String.join(", ", stuck)).build();
  }
}
