/// What changed, what matters and what it did, beside each other.
package dev.halcyon.analysis.comparison;
