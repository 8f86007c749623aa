package dev.halcyon.plots.axis;

/// A labelled place on an axis, 0 (low end) to 1 (high end).
public record Tick(double position, String label) {}
