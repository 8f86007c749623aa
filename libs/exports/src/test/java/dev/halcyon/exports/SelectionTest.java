package dev.halcyon.exports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.analysis.names.TensorName;
import dev.halcyon.tensors.Shape;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which tensors a rule chooses.
class SelectionTest {
  @ParameterizedTest
  @EnumSource
  void theLargestScoresThatHoldAShareOfTheElementsAreChosen(Quantity by) throws Exception {
    Ranking ranking = Expected.ranking(by);

    assertThat(Selection.of(ranking.tensors(), new Rule.Top(0.25)).chosen())
        .extracting(ScoredTensor::key)
        .containsExactlyInAnyOrderElementsOf(Expected.of(by).quarter());
    assertThat(Selection.of(ranking.linear(), new Rule.Top(0.5)).chosen())
        .extracting(ScoredTensor::key)
        .containsExactlyInAnyOrderElementsOf(Expected.of(by).halfOfLinear());
  }

  @ParameterizedTest
  @EnumSource
  void scoresOfAtLeastAThresholdAreChosen(Quantity by) throws Exception {
    assertThat(Selection.of(Expected.ranking(by).linear(), new Rule.AtLeast(1)).chosen())
        .extracting(ScoredTensor::key)
        .containsExactlyInAnyOrderElementsOf(Expected.of(by).linearAboveAverage());
  }

  @Test
  void aScoreThatIsNotDefinedIsNeverChosen() {
    List<ScoredTensor> tensors =
        List.of(tensor("a.weight", Double.NaN), tensor("b.weight", -1), tensor("c.weight", 2));

    assertThat(chosen(tensors, new Rule.Top(1))).containsExactly("b.weight", "c.weight");
    assertThat(chosen(tensors, new Rule.AtLeast(-5))).containsExactly("b.weight", "c.weight");
  }

  @Test
  void theSmallestShareChoosesTheFirst() {
    List<ScoredTensor> tensors = List.of(tensor("a.weight", 1), tensor("b.weight", 2));

    assertThat(chosen(tensors, new Rule.Top(1e-9))).containsExactly("b.weight");
    assertThat(chosen(tensors, new Rule.Top(1))).containsExactly("a.weight", "b.weight");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.1, 1.01, Double.NaN})
  void aShareIsOver0AndUpTo1(double share) {
    assertThatThrownBy(() -> new Rule.Top(share)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aRuleThatChoosesNothingIsAnError() throws Exception {
    Export export = Expected.export(Quantity.CHANGE, Optional.of(new Rule.AtLeast(1e9)));

    assertThatThrownBy(() -> export.selection(export.ranking().tensors()))
        .isInstanceOf(ExportException.class)
        .hasMessageContaining("nothing is chosen")
        .hasMessageContaining("largest");
  }

  private static List<String> chosen(List<ScoredTensor> tensors, Rule rule) {
    return Selection.of(tensors, rule).chosen().stream().map(ScoredTensor::key).toList();
  }

  private static ScoredTensor tensor(String key, double score) {
    return new ScoredTensor(TensorName.parse(key), Optional.of(Shape.of(2, 2)), 4, score);
  }
}
