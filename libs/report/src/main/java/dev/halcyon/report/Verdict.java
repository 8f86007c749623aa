package dev.halcyon.report;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a report says in words: facts, each a number that the report holds, and apart from them
/// what follows from several of them.
///
/// @param sections of facts
/// @param inferences from them
record Verdict(List<Section> sections, List<Statement> inferences) {
  /// @param title a question
  /// @param facts that answer it
  record Section(String title, List<Statement> facts) {
    private String html() {
      return "<section><h3>%s</h3>\n%s</section>\n".formatted(Html.escape(title), list(facts));
    }
  }

  /// @param tensors of the report
  static Verdict of(ReportContent content, List<TensorEntry> tensors) {
    WeightFacts weights = new WeightFacts(content, tensors);
    FisherFacts fisher = new FisherFacts(content);
    OutputFacts output = new OutputFacts(content);
    return new Verdict(
        List.of(
            new Section("What was compared", new CoverageFacts(content).facts()),
            new Section("How much changed", weights.extent()),
            new Section("Where", join(Stream.of(weights.places(), fisher.places()))),
            new Section("Whether it mattered", output.facts()),
            new Section(
                "How sure",
                join(Stream.of(weights.certainty(), fisher.certainty(), output.certainty())))),
        join(Stream.of(weights.inferences(), fisher.inferences(), output.inferences())));
  }

  private static List<Statement> join(Stream<List<Statement>> lists) {
    return lists.flatMap(List::stream).toList();
  }

  String html() {
    String facts = sections.stream().map(Section::html).collect(Collectors.joining());
    String reading =
        inferences.isEmpty()
            ? "<p>Nothing follows from these numbers beyond what they say.</p>\n"
            : list(inferences);
    return "<div class=\"facts\">\n%s</div>\n<section class=\"inference\"><h3>Inference</h3>\n<p>What the facts above suggest; not measured itself.</p>\n%s</section>\n"
        .formatted(facts, reading);
  }

  private static String list(List<Statement> statements) {
    return statements.stream()
        .map(Statement::html)
        .collect(Collectors.joining("", "<ul>\n", "</ul>\n"));
  }
}
