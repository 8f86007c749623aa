package dev.halcyon.standalone;

import dev.halcyon.exports.Export;
import dev.halcyon.exports.ExportException;
import dev.halcyon.exports.ExportFormat;
import dev.halcyon.exports.ExportFormats;
import dev.halcyon.exports.ExportedFile;
import dev.halcyon.exports.Quantity;
import dev.halcyon.exports.Ranking;
import dev.halcyon.exports.Results;
import dev.halcyon.exports.ResultsReader;
import dev.halcyon.exports.Rule;
import dev.halcyon.exports.Scores;
import dev.halcyon.services.common.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `halcyon export`.
@Command(
    name = "export",
    description = "Makes files for other tools out of results: merges, fine-tuning, quantization.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ExportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "DIR",
      description = "Results of compare, fisher, divergence or analyze.")
  private Path from;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FORMAT",
      completionCandidates = Formats.class,
      description = "One of ${COMPLETION-CANDIDATES}.")
  private String to;

  @Option(
      names = "--by",
      paramLabel = "QUANTITY",
      description =
          "What tensors are ranked by: fisher, attribution or change (default: attribution, or what"
              + " of these the results hold).")
  private Quantity by;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description =
          "Whose tensors are ranked: base, ft1, … (default: the first model that has the"
              + " quantity).")
  private String model;

  @Option(
      names = "--top",
      paramLabel = "SHARE",
      description =
          "Choose the tensors with the largest values that together hold this share of the"
              + " elements (default: 0.25).")
  private Double top;

  @Option(
      names = "--threshold",
      paramLabel = "X",
      description = "Choose the tensors with values of at least this instead.")
  private Double threshold;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE",
      description = "The file; it is replaced where it exists.")
  private Path output;

  @Option(
      names = {"-q", "--quiet"},
      description = "No notes.")
  private boolean quiet;

  /// The names of the formats, for the help.
  static final class Formats implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return ExportFormats.names().iterator();
    }
  }

  @Override
  public Integer call() throws IOException {
    ExportFormat format = format();
    Optional<Rule> rule = rule();
    requireUse(format, rule);
    if (Files.isDirectory(output)) {
      throw wrongUse(output + " is a folder: --output names a file");
    }
    try {
      ExportedFile file = format.write(export(format, rule));
      ReplacedFile.write(output, file.content());
      Console console = Console.of(spec.commandLine(), quiet);
      file.notes().forEach(note -> console.say(sentence(note)));
      console.say("Wrote " + output);
    } catch (ExportException e) {
      throw new BadInputException(e.getMessage(), e);
    }
    return ExitCode.DONE.status();
  }

  private Export export(ExportFormat format, Optional<Rule> rule) throws IOException {
    Results results = ResultsReader.read(from);
    Scores scores = new Scores(results);
    Quantity quantity = by == null ? scores.best(format.quantities()) : by;
    Ranking ranking = model == null ? scores.rank(quantity) : scores.rank(quantity, model);
    return new Export(results, ranking, rule, commandText(), Version.current());
  }

  private ExportFormat format() {
    return ExportFormats.find(to.toLowerCase(Locale.ROOT))
        .orElseThrow(() ->
            wrongUse(
                "--to takes one of %s, not %s"
                    .formatted(String.join(", ", ExportFormats.names()), to)));
  }

  private Optional<Rule> rule() {
    if (top != null && threshold != null) {
      throw wrongUse("give --top or --threshold, not both");
    }
    try {
      return top == null
          ? Optional.ofNullable(threshold).map(Rule.AtLeast::new)
          : Optional.of(new Rule.Top(top));
    } catch (IllegalArgumentException e) {
      throw wrongUse((top == null ? "--threshold: " : "--top: ") + e.getMessage());
    }
  }

  private void requireUse(ExportFormat format, Optional<Rule> rule) {
    if (rule.isPresent() && !format.choosesTensors()) {
      throw wrongUse("%s holds all tensors: it takes neither --top nor --threshold".formatted(to));
    }
    if (by != null && !format.quantities().contains(by)) {
      throw wrongUse(
          "%s is made by %s, not by %s"
              .formatted(
                  to,
                  format.quantities().stream()
                      .map(ExportCommand::word)
                      .collect(Collectors.joining(" or ")),
                  word(by)));
    }
  }

  /// As the user gave it, without what does not change the file.
  private String commandText() {
    StringBuilder text = new StringBuilder("halcyon export --from " + from + " --to " + to);
    Optional.ofNullable(by).ifPresent(one -> text.append(" --by ").append(word(one)));
    Optional.ofNullable(model).ifPresent(one -> text.append(" --model ").append(one));
    Optional.ofNullable(top).ifPresent(one -> text.append(" --top ").append(one));
    Optional.ofNullable(threshold).ifPresent(one -> text.append(" --threshold ").append(one));
    return text.toString();
  }

  private static String word(Quantity quantity) {
    return quantity.name().toLowerCase(Locale.ROOT);
  }

  private static String sentence(String note) {
    return note.substring(0, 1).toUpperCase(Locale.ROOT) + note.substring(1) + ".";
  }

  private ParameterException wrongUse(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
