package dev.halcyon.services.common.health;

import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.RecordsAtWork;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.jboss.logging.Logger;

/// What every service needs: the broker, the store, and membership in its consumer groups. A thread
/// looks for each every few seconds, so that an answer about readiness waits for none of them.
@ApplicationScoped
class Dependencies {
  private static final Logger LOG = Logger.getLogger(Dependencies.class);
  private static final int AFTER_ALL_CHANNELS = 10_000;
  private static final Duration WHILE_AWAY = Duration.ofSeconds(1);

  private final HealthConfig config;
  private final RecordsAtWork atWork;
  private final Admin admin;
  private final List<Dependency> all;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("health").daemon().factory());

  Dependencies(
      HealthConfig config,
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      ObjectStore store,
      Consumers consumers,
      RecordsAtWork atWork,
      MeterRegistry meters) {
    Duration patience = config.patience();
    this.config = config;
    this.atWork = atWork;
    this.admin = Admin.create(kafka);
    this.all =
        List.of(
            new Dependency("broker", () -> askBroker(patience), patience),
            new Dependency("store", store::check, patience),
            new Dependency(
                "consumer-groups", () -> consumers.requireMembership(patience), patience));
    all.forEach(dependency -> export(dependency, meters));
  }

  private void askBroker(Duration patience) throws Exception {
    admin
        .describeCluster(new DescribeClusterOptions().timeoutMs((int) patience.toMillis()))
        .nodes()
        .get();
  }

  private static void export(Dependency dependency, MeterRegistry meters) {
    Gauge.builder("halcyon.dependency.up", dependency, of -> of.isUp() ? 1 : 0)
        .description("1 if the service's dependency was reachable at the last check")
        .tag("dependency", dependency.name())
        .register(meters);
  }

  List<Dependency> all() {
    return all;
  }

  void begin(@Observes @Priority(AFTER_ALL_CHANNELS) StartupEvent event) {
    timer.execute(this::lookAgainAndAgain);
  }

  private void lookAgainAndAgain() {
    try {
      for (Dependency dependency : all) {
        dependency.look();
      }
      var _ = timer.schedule(this::lookAgainAndAgain, pause().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException | RejectedExecutionException e) {
      LOG.debug("the service is stopping", e);
    }
  }

  /// What is away is looked for more often. Whatever waits for it meanwhile is not stuck.
  private Duration pause() {
    if (all.stream().allMatch(Dependency::isUp)) {
      return config.interval();
    }
    atWork.progressed();
    return config.interval().compareTo(WHILE_AWAY) < 0 ? config.interval() : WHILE_AWAY;
  }

  void end(@Observes @Priority(1) ShutdownEvent event) {
    timer.shutdownNow();
    all.forEach(Dependency::close);
    admin.close(Duration.ZERO);
  }
}
