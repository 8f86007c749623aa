/// Results as files that other tools read. An [ExportFormat] makes one kind of file out of the
/// [Results] of a folder and a [Ranking] of their tensors.
package dev.halcyon.exports;
