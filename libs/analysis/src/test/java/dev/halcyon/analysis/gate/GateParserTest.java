package dev.halcyon.analysis.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.analysis.gate.Condition.And;
import dev.halcyon.analysis.gate.Condition.Changed;
import dev.halcyon.analysis.gate.Condition.Comparison;
import dev.halcyon.analysis.gate.Condition.Not;
import dev.halcyon.analysis.gate.Condition.Or;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GateParserTest {
  private static final Changed EMBEDDINGS = new Changed(1, new Place("embeddings"));

  private static Condition kl(int column, Operator operator, double bound, String number) {
    return new Comparison(column, Quantity.KL, Place.ALL, operator, bound, number);
  }

  @Test
  void aComparisonHasAQuantityAPlaceAnOperatorAndANumber() {
    assertThat(GateParser.parse("max_distance(layer_0) > 1e-3"))
        .isEqualTo(
            new Comparison(
                1, Quantity.MAX_DISTANCE, new Place("layer_0"), Operator.GREATER, 1e-3, "1e-3"));
  }

  @Test
  void andBindsMoreThanOr() {
    assertThat(GateParser.parse("changed(embeddings) or kl > 1 and kl < 2"))
        .isEqualTo(
            new Or(
                List.of(
                    EMBEDDINGS,
                    new And(
                        List.of(
                            kl(24, Operator.GREATER, 1, "1"), kl(35, Operator.LESS, 2, "2"))))));
  }

  @Test
  void notBindsMoreThanAnd() {
    assertThat(GateParser.parse("not kl > 1 and kl < 2"))
        .isEqualTo(
            new And(
                List.of(new Not(kl(5, Operator.GREATER, 1, "1")), kl(16, Operator.LESS, 2, "2"))));
  }

  @Test
  void parenthesesComeFirst() {
    assertThat(GateParser.parse("not(kl>1 or kl<-2.5e-1)"))
        .isEqualTo(
            new Not(
                new Or(
                    List.of(
                        kl(5, Operator.GREATER, 1, "1"),
                        kl(13, Operator.LESS, -0.25, "-2.5e-1")))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kl >= 0",
        "kl<=.5",
        "kl == 0",
        "kl != 0",
        "kl > +1.",
        "kl(layers.3.mlp.up_proj) > 0",
        "changed",
        "((changed))",
        "not not changed",
        "skipped > 0",
        "changed\n  and\tkl > 0",
        "changed(not)"
      })
  void whatIsWrittenRightIsRead(String text) {
    assertThat(GateParser.parse(text)).isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "\"\" | 1 | expected `not`, `(`, `changed` or a quantity",
        "distance > 1 | 1 | found `distance`",
        "KL > 1 | 1 | found `KL`",
        "kl | 3 | expected one of >= > <= < == != after `kl`, found the end",
        "kl = 1 | 4 | after `kl`, found `=`",
        "kl > | 5 | expected a number after `>`, found the end",
        "kl > one | 6 | found `one`",
        "kl > 1e | 6 | found `1e`",
        "kl > 1x | 6 | found `1x`",
        "kl > 0x10 | 6 | found `0x10`",
        "kl > 1.2.3 | 6 | found `1.2.3`",
        "kl > NaN | 6 | found `NaN`",
        "kl > Infinity | 6 | found `Infinity`",
        "kl > 1e999 | 6 | 1e999 is too large a number",
        "1 < kl | 1 | found `1`",
        "kl > 1 kl > 2 | 8 | expected `and`, `or` or the end, found `kl`",
        "kl > 1 or | 10 | found the end",
        "kl > 1 && kl > 2 | 8 | found `&`",
        "(kl > 1 | 8 | expected `)`, found the end",
        "kl > 1) | 7 | found `)`",
        "kl() > 1 | 4 | expected a layer",
        "kl(layer 0) > 1 | 10 | expected `)`, found `0`",
        "reverse_kl(layer_0) > 1 | 11 | after `reverse_kl`, found `(`",
        "changed(embeddings | 19 | expected `)`",
        "changed > 0 | 9 | found `>`",
        "not | 4 | found the end",
        "kl > 1 → 2 | 8 | found `→`"
      })
  void whatIsNotIsRefusedWithItsColumnAndWhatWasExpected(String text, int column, String what) {
    assertThatThrownBy(() -> GateParser.parse(text))
        .isInstanceOf(InvalidGateException.class)
        .hasMessageStartingWith("column " + column + ": ")
        .hasMessageContaining(what);
  }

  @Test
  void nestingIsLimited() {
    String deep = "(".repeat(49) + "changed" + ")".repeat(49);
    assertThat(GateParser.parse(deep)).isInstanceOf(Changed.class);

    for (String deeper : List.of("(" + deep + ")", "not ".repeat(50_000 / 5) + "changed")) {
      assertThatThrownBy(() -> GateParser.parse(deeper)).isInstanceOf(InvalidGateException.class);
    }
    assertThatThrownBy(() -> GateParser.parse("(".repeat(200)))
        .hasMessageContaining("more than 50 parentheses");
  }

  @Test
  void anyConditionIsReadAsItIsWritten() {
    Random random = new Random(20);
    for (int i = 0; i < 2_000; i++) {
      RandomConditions written = new RandomConditions(random);
      Condition condition = written.condition(3);

      assertThat(RandomConditions.text(GateParser.parse(RandomConditions.text(condition))))
          .isEqualTo(RandomConditions.text(condition));
      assertThat(RandomConditions.shape(GateParser.parse(RandomConditions.text(condition))))
          .isEqualTo(RandomConditions.shape(condition));
    }
  }

  /// Right texts with characters put in, taken out or exchanged, and texts of pieces in any order.
  @Test
  void anyOtherTextIsReadOrRefusedAtOneOfItsColumns() {
    Random random = new Random(21);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      String text =
          i % 2 == 0
              ? RandomConditions.damaged(
                  RandomConditions.text(new RandomConditions(random).condition(2)), random)
              : RandomConditions.pieces(random);
      try {
        assertThat(GateParser.parse(text)).isNotNull();
      } catch (InvalidGateException e) {
        refused++;
        assertThat(column(e)).isBetween(1, text.length() + 1);
        assertThat(e.getMessage()).doesNotContain("\n").hasSizeLessThan(400);
      }
    }
    assertThat(refused).isGreaterThan(5_000).isLessThan(20_000);
  }

  private static int column(InvalidGateException e) {
    return Integer.parseInt(e.getMessage().replaceFirst("(?s)^column (\\d+): .*", "$1"));
  }
}
