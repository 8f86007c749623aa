package dev.halcyon.services.plotter;

import dev.halcyon.objectstore.ObjectStore;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Map;

/// Wires the plotter.
@ApplicationScoped
class PlotterBeans {
  private static final int BEFORE_ALL_WAITING = -20_000;
  private static final int AFTER_ALL_CHANNELS = 10_000;
  private static final int RECENT_JOBS = 100;

  @Produces
  @Singleton
  FigurePreparation preparation() {
    return FigurePreparation.begin();
  }

  /// Begins to prepare before anything waits for the broker.
  void prepare(
      @Observes @Priority(BEFORE_ALL_WAITING) StartupEvent event, FigurePreparation preparation) {}

  @Produces
  @Singleton
  Plotter plotter(ObjectStore store, FigurePreparation preparation) {
    return new Plotter(store, preparation);
  }

  @Produces
  @Singleton
  ReportHandler handler(Plotter plotter) {
    return plotter.reports();
  }

  @Produces
  @Singleton
  JobFiles files(ObjectStore store) {
    return new JobFiles(store);
  }

  @Produces
  @Singleton
  JobBoard board() {
    return new JobBoard(RECENT_JOBS);
  }

  @Produces
  @Singleton
  JobBoardReader boardReader(
      JobBoard board, @Identifier("default-kafka-broker") Map<String, Object> kafka) {
    return new JobBoardReader(board, kafka);
  }

  /// After the topics are there.
  void follow(@Observes @Priority(AFTER_ALL_CHANNELS) StartupEvent event, JobBoardReader reader) {
    reader.start();
  }

  void close(@Disposes JobBoardReader reader) {
    reader.close();
  }
}
