/// Conditions on results, by which a pipeline lets a comparison fail.
package dev.halcyon.analysis.gate;
