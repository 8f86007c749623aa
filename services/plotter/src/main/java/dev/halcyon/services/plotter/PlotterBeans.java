package dev.halcyon.services.plotter;

import dev.halcyon.objectstore.ObjectStore;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/// Wires the plotter.
@ApplicationScoped
class PlotterBeans {
  private static final int BEFORE_ALL_WAITING = -20_000;

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
}
