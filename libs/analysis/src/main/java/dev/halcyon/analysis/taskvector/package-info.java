/// Task vectors: what a fine-tune changed, in numbers and as files.
package dev.halcyon.analysis.taskvector;
