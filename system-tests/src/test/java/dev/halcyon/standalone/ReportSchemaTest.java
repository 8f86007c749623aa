package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `report.json` of a comparison with Fisher information is what `docs/schemas` says.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ReportSchemaTest {
  private static final Path ROOT = Path.of(System.getProperty("halcyon.root"));
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  @Test
  void aReportIsValid() throws Exception {
    Path models = ROOT.resolve("examples/models");
    Path request = folder.resolve("request.yaml");
    Files.writeString(
        request,
        """
        base: %1$s/base
        fine_tunes: [%1$s/python]
        analyses: [similarity, fisher]
        fisher: {models: [base], samples: 2, max_length: 16}
        """
            .formatted(models));

    CommandProcess.Ended ended =
        CommandHere.run(
            "compare",
            "--request",
            request.toString(),
            "--output",
            folder.resolve("results").toString());

    assertThat(ended.status()).as(ended::err).isZero();
    JsonNode report = JSON.readTree(folder.resolve("results/report.json").toFile());
    JsonNode schema = JSON.readTree(ROOT.resolve("docs/schemas/report.schema.json").toFile());
    assertThat(
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(schema)
                .validate(report))
        .isEmpty();
    assertThat(report.at("/fisher/0/report/layers")).isNotEmpty();
  }
}
