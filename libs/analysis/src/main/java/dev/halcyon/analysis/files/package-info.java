/// Results as text files: tables in CSV and summaries in JSON, as `docs/reference` describes them.
package dev.halcyon.analysis.files;
