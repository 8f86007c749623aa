package dev.halcyon.exports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What tensors are ranked by, out of results of each command.
class ScoresTest {
  @ParameterizedTest
  @EnumSource
  void tensorsAreScoredByWhatTheResultsHold(Quantity by) throws Exception {
    Map<String, Double> expected = Expected.of(by).scores();

    Ranking ranking = Expected.ranking(by);

    assertThat(ranking.tensors())
        .extracting(ScoredTensor::key)
        .containsExactlyInAnyOrderElementsOf(expected.keySet());
    assertThat(ranking.tensors())
        .allSatisfy(tensor ->
            assertThat(tensor.score())
                .isCloseTo(expected.get(tensor.key()), within(1e-12 * (1 + tensor.score()))));
  }

  @Test
  void tensorsStandInTheOrderOfAForwardPass() throws Exception {
    assertThat(Expected.ranking(Quantity.FISHER).tensors())
        .extracting(ScoredTensor::key)
        .startsWith("model.embed_tokens.weight", "model.layers.0.input_layernorm.weight")
        .endsWith("model.layers.1.mlp.down_proj.weight", "model.norm.weight");
  }

  @Test
  void theFirstModelThatHasTheQuantityIsRanked() throws Exception {
    assertThat(Expected.ranking(Quantity.FISHER).model()).isEqualTo("base");
    assertThat(Expected.ranking(Quantity.ATTRIBUTION).model()).isEqualTo("ft1");
  }

  @Test
  void resultsOfADivergenceHoldTheBasesFisherInformationAndChangesToo() throws Exception {
    Scores scores = new Scores(Expected.results("divergence"));

    assertThat(scores.rank(Quantity.FISHER).model()).isEqualTo("base");
    assertThat(scores.rank(Quantity.CHANGE, "ft2").tensors())
        .allSatisfy(tensor ->
            assertThat(tensor.score())
                .isCloseTo(Expected.of(Quantity.CHANGE).scores().get(tensor.key()), within(1e-6)));
  }

  @Test
  void attributionsAreTakenBeforeFisherInformationAndThatBeforeChanges() throws Exception {
    EnumSet<Quantity> all = EnumSet.allOf(Quantity.class);

    assertThat(new Scores(Expected.results("divergence")).best(all))
        .isEqualTo(Quantity.ATTRIBUTION);
    assertThat(new Scores(Expected.results("fisher")).best(all)).isEqualTo(Quantity.FISHER);
    assertThat(new Scores(Expected.results("compare")).best(all)).isEqualTo(Quantity.CHANGE);
  }

  @Test
  void whatIsMissingIsNamedWithTheCommandThatComputesIt() throws Exception {
    Scores compared = new Scores(Expected.results("compare"));

    assertThatThrownBy(() -> compared.rank(Quantity.ATTRIBUTION, "ft1"))
        .isInstanceOf(ExportException.class)
        .hasMessageContaining("holds no attribution of a divergence of ft1")
        .hasMessageContaining("halcyon divergence");
    assertThatThrownBy(() -> compared.rank(Quantity.FISHER))
        .hasMessageContaining("no Fisher information of any model")
        .hasMessageContaining("halcyon fisher");
    assertThatThrownBy(() -> compared.rank(Quantity.CHANGE, "base"))
        .hasMessageContaining("no change of base");
    assertThatThrownBy(() -> compared.rank(Quantity.CHANGE, "ft9"))
        .hasMessageContaining("holds no model ft9; there are base, ft1, ft2");
  }

  @Test
  void aFolderWithoutAReportIsRefused(@TempDir Path folder) {
    assertThatThrownBy(() -> ResultsReader.read(folder))
        .isInstanceOf(ExportException.class)
        .hasMessageContaining("holds no report.json");
  }

  @Test
  void aDamagedReportIsRefused(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("report.json"), "{\"results\": [{]}");

    assertThatThrownBy(() -> ResultsReader.read(folder))
        .isInstanceOf(ExportException.class)
        .hasMessageContaining("report.json: ")
        .hasMessageContaining("line 1, column");
  }
}
