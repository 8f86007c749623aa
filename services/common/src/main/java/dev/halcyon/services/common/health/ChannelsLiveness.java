package dev.halcyon.services.common.health;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;

/// Alive while every channel asks the broker for records. A broker that does not answer is asked on
/// and on, so its absence is no reason for a restart.
@Liveness
@ApplicationScoped
class ChannelsLiveness implements HealthCheck {
  private final Consumers consumers;
  private final HealthConfig config;

  ChannelsLiveness(Consumers consumers, HealthConfig config) {
    this.consumers = consumers;
    this.config = config;
  }

  @Override
  public HealthCheckResponse call() {
    List<String> failed = consumers.failed(config.pollLimit());
    HealthCheckResponseBuilder answer =
        HealthCheckResponse.named("channels").status(failed.isEmpty());
    return failed.isEmpty()
        ? answer.build()
        : answer.withData("failed", String.join(", ", failed)).build();
  }
}
