package dev.halcyon.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;

/// What a command ended with, and the files it wrote.
///
/// @param ended its status and what it said
/// @param results the folder of its files; not there where it failed
record CaseOutcome(CommandProcess.Ended ended, Path results) {
  /// Standard output and standard error.
  String said() {
    return ended.out() + ended.err();
  }

  double totalFisherInformation() {
    return json("summary.json").get("total_fisher_information").asDouble();
  }

  List<Double> losses() {
    return rows("fisher_samples.csv").stream()
        .map(row -> Double.parseDouble(row.get("loss")))
        .toList();
  }

  /// The compared tensors' rows by their name.
  TreeMap<String, CSVRecord> comparedTensors() {
    TreeMap<String, CSVRecord> byName = new TreeMap<>();
    rows("similarity_results.csv").forEach(row -> byName.put(row.get("tensor_key"), row));
    return byName;
  }

  /// The tensors that were skipped with that reason, as `not in ft1`.
  List<String> skipped(String detail) {
    return StreamSupport.stream(json("report.json").get("skipped").spliterator(), false)
        .filter(skip -> skip.get("detail").asText().equals(detail))
        .map(skip -> skip.get("tensor").asText())
        .toList();
  }

  JsonNode json(String file) {
    try {
      return new ObjectMapper().readTree(results.resolve(file).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<CSVRecord> rows(String file) {
    CSVFormat format = CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();
    try (Reader reader = Files.newBufferedReader(results.resolve(file))) {
      return format.parse(reader).getRecords();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
