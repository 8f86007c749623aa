/// Chart data in, figures out: PNG at twice the logical size and SVG with real text.
///
/// A chart is a record ([HeatmapChart], [LineChart], [FisherChart]); [Chart#figure()] lays it out.
/// The same chart gives the same bytes on every run, on machines with and without fonts.
package dev.halcyon.plots;
