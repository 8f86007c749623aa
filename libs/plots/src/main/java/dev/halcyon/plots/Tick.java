package dev.halcyon.plots;

/// A labelled place on an axis, 0 (low end) to 1 (high end).
record Tick(double position, String label) {}
