package dev.halcyon.services.plotter;

import dev.halcyon.objectstore.ObjectStore;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/// Wires the plotter.
@ApplicationScoped
class PlotterBeans {
  @Produces
  @Singleton
  ReportHandler handler(ObjectStore store) {
    return new ReportHandler(store);
  }
}
