package dev.halcyon.services.common.health;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/// Ready while everything that the service needs is there.
@Readiness
@ApplicationScoped
class DependenciesReadiness implements HealthCheck {
  private final Dependencies dependencies;

  DependenciesReadiness(Dependencies dependencies) {
    this.dependencies = dependencies;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder answer = HealthCheckResponse.named("dependencies").up();
    for (Dependency dependency : dependencies.all()) {
      answer.withData(dependency.name(), dependency.problem().orElse("available"));
      if (!dependency.isUp()) {
        answer.down();
      }
    }
    return answer.build();
  }
}
