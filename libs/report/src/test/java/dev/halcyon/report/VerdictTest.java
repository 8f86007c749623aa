package dev.halcyon.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class VerdictTest {
  private static final List<String> LABELS = List.of("base", "python", "bible");

  @Test
  void sectionsAnswerTheQuestionsInOrder() {
    assertThat(verdict(new ReportContent(MadeUpReports.decoder(3, 3).report(), LABELS)).sections())
        .extracting(Verdict.Section::title)
        .containsExactly(
            "What was compared", "How much changed", "Where", "Whether it mattered", "How sure");
  }

  @Test
  void whatWasNotMeasuredIsSaidToBeUnknown() {
    assertThat(texts(new ReportContent(MadeUpReports.decoder(3, 3).report(), LABELS), 3))
        .singleElement()
        .asString()
        .startsWith("Not computed: the divergence of the output was not measured.");
  }

  @Test
  void aMeasuredDivergenceHasItsErrorAndItsPlaces() {
    MadeUpReports made = MadeUpReports.decoder(6, 2);
    ReportContent content = new ReportContent(made.withDivergence(), List.of("base", "python"));

    assertThat(texts(content, 3).toString())
        .contains("KL(base ‖ fine-tune) is ", " ± 0.02 nats per token", "differs at 41.0 %")
        .contains("the largest parts of the divergence go through ");
    assertThat(verdict(content).inferences())
        .extracting(Statement::text)
        .anyMatch(text -> text.contains("predicts these texts better than the base"))
        .anyMatch(text -> text.contains("-0.05 ± 0.01, is 5 standard errors from 0"))
        .anyMatch(text -> text.contains("guide to how much it mattered (rank correlation"));
  }

  @Test
  void everyStatementLinksToAViewOfItsNumber() {
    String html = verdict(new ReportContent(MadeUpReports.decoder(3, 3).report(), LABELS)).html();

    assertThat(html.split("<li>", -1).length).isEqualTo(html.split("<a href=\"#view=", -1).length);
    assertThat(html).contains("<a href=\"#view=heatmap&amp;metric=distance&amp;of=base_vs_ft1\">");
  }

  private static List<String> texts(ReportContent content, int section) {
    return verdict(content).sections().get(section).facts().stream().map(Statement::text).toList();
  }

  private static Verdict verdict(ReportContent content) {
    return Verdict.of(content, Tensors.of(content));
  }
}
