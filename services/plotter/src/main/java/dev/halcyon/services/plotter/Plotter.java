package dev.halcyon.services.plotter;

import dev.halcyon.contracts.results.ReportReady;
import dev.halcyon.objectstore.ObjectStore;
import java.io.IOException;

/// The plotter, wired: what it does with a message, over any transport.
public final class Plotter {
  /// The service's name in events.
  public static final String SERVICE = "plotter";

  private final ReportHandler reports;

  public Plotter(ObjectStore store) {
    this(store, FigurePreparation.begin());
  }

  Plotter(ObjectStore store, FigurePreparation preparation) {
    this.reports = new ReportHandler(store, preparation);
  }

  /// Draws a report and puts the result files; returns the id of the rendering that is there now.
  public String draw(ReportReady ready) throws IOException {
    return reports.handle(ready);
  }

  ReportHandler reports() {
    return reports;
  }
}
