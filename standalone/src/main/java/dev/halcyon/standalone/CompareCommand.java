package dev.halcyon.standalone;

import dev.halcyon.contracts.request.CompareRequest;
import dev.halcyon.contracts.request.ModelSpec;
import dev.halcyon.services.common.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `halcyon compare`.
@Command(
    name = "compare",
    description = "Compares fine-tunes with their base model, tensor by tensor.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class CompareCommand implements Callable<Integer> {
  static final String DEFAULT_OUTPUT = "similarity_analysis";

  @Spec private CommandSpec spec;

  @Option(
      names = "--base",
      paramLabel = "MODEL",
      description = "The base model: a folder, or org/name[@revision] on the Hugging Face Hub.")
  private String base;

  @Option(
      names = "--fine-tune",
      paramLabel = "MODEL",
      description = "A fine-tune, in the same form. Repeat the option for several models.")
  private List<String> fineTunes = List.of();

  @Option(
      names = "--label",
      paramLabel = "NAME",
      description =
          "Name of a model in plots and tables. Repeat it for each model, the base first.")
  private List<String> labels = List.of();

  @Option(
      names = "--components",
      split = ",",
      paramLabel = "SUFFIX",
      description = "Endings of the tensor names to compare: q_proj,mlp.down_proj (default: all).")
  private List<String> components = List.of();

  @Option(
      names = "--scale",
      split = ",",
      arity = "1",
      paramLabel = "COSINE",
      description =
          "Colour scale of the plots as two cosines: 0.8,1.0 (default: 1 - cosine on a"
              + " logarithmic axis fitted to the data).")
  private List<Double> scale;

  @Option(
      names = "--request",
      paramLabel = "FILE",
      description = "A YAML or JSON file with the fields of a compare request.")
  private Path request;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Folder of the results (default: " + DEFAULT_OUTPUT + ").")
  private String output;

  @Option(
      names = "--threads",
      paramLabel = "N",
      converter = CountConverter.class,
      description = "Number of compute threads (default: all cores).")
  private Integer threads;

  @Mixin private FailIfOption failIf;

  @Option(
      names = {"-q", "--quiet"},
      description = "Prints no progress and no summary.")
  private boolean quiet;

  @Override
  public Integer call() throws IOException {
    CompareRequest resolved = request == null ? fromOptions() : fromFile();
    LocalCompare compare =
        new LocalCompare(
            resolved,
            new ResultFolder(output(resolved)),
            threads == null ? OptionalInt.empty() : OptionalInt.of(threads),
            failIf.of(resolved),
            Console.of(spec.commandLine(), quiet));
    return compare.run();
  }

  private Path output(CompareRequest resolved) {
    String named = Optional.ofNullable(output).or(resolved::output).orElse(DEFAULT_OUTPUT);
    if (named.isBlank()) {
      throw new ParameterException(spec.commandLine(), "the output folder's name is blank");
    }
    return Path.of(named);
  }

  private CompareRequest fromOptions() {
    if (base == null || fineTunes.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "give --base MODEL and --fine-tune MODEL, or --request FILE");
    }
    List<ModelSpec> models = models();
    return checked(() ->
        new CompareRequest(
            models.getFirst(),
            models.subList(1, models.size()),
            List.of(),
            components,
            Optional.ofNullable(scale),
            Optional.empty()));
  }

  private List<ModelSpec> models() {
    List<String> sources = new ArrayList<>();
    sources.add(base);
    sources.addAll(fineTunes);
    if (!labels.isEmpty() && labels.size() != sources.size()) {
      throw new ParameterException(
          spec.commandLine(),
          "%d --label for %d models: give one for each, the base first"
              .formatted(labels.size(), sources.size()));
    }
    List<ModelSpec> models = new ArrayList<>();
    for (int i = 0; i < sources.size(); i++) {
      Optional<String> label = labels.isEmpty() ? Optional.empty() : Optional.of(labels.get(i));
      models.add(checkedModel(sources.get(i), label));
    }
    return models;
  }

  private ModelSpec checkedModel(String source, Optional<String> label) {
    try {
      return new ModelSpec(source, label);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private CompareRequest checked(Callable<CompareRequest> made) {
    try {
      return made.call();
    } catch (Exception e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private CompareRequest fromFile() throws IOException {
    boolean alsoOptions =
        base != null
            || !fineTunes.isEmpty()
            || !components.isEmpty()
            || !labels.isEmpty()
            || scale != null;
    if (alsoOptions) {
      throw new ParameterException(
          spec.commandLine(),
          "--request can be combined only with --output, --threads, --fail-if and" + " --quiet");
    }
    if (!Files.isRegularFile(request)) {
      throw new BadInputException("no such request file: " + request);
    }
    return RequestFile.read(request);
  }
}
