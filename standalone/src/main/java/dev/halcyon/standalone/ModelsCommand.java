package dev.halcyon.standalone;

import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.objectstore.ObjectStores;
import dev.halcyon.services.common.BadInputException;
import dev.halcyon.services.common.models.Retention;
import dev.halcyon.services.common.models.Retention.StoredModel;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `halcyon models`.
@Command(
    name = "models",
    description = "Lists the models of the Hub in a store, and deletes unused models.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ModelsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--store",
      paramLabel = "URI",
      description =
          "file:///FOLDER or s3://BUCKET (default: the cache of this user's commands:"
              + " HALCYON_CACHE, or halcyon in the cache folder).")
  private String store;

  @Option(
      names = "--remove-unused",
      paramLabel = "DAYS",
      description = "Deletes models that were not used for DAYS days (at least 1).")
  private Integer days;

  @Option(names = "--dry-run", description = "Prints what would be deleted, and deletes nothing.")
  private boolean dryRun;

  @Override
  public Integer call() throws IOException {
    LocalLog.begin();
    if (days != null && days < 1) {
      throw new ParameterException(spec.commandLine(), "--remove-unused must be 1 day or more");
    }
    if (dryRun && days == null) {
      throw new ParameterException(spec.commandLine(), "--dry-run requires --remove-unused DAYS");
    }
    Console console = Console.of(spec.commandLine(), false);
    try (ObjectStore opened = open()) {
      Retention retention = new Retention(opened, Clock.systemUTC());
      List<StoredModel> models =
          days == null ? retention.models() : retention.unusedFor(Duration.ofDays(days));
      if (models.isEmpty()) {
        console.say(
            days == null ? "No models." : "No model is unused for %d days.".formatted(days));
      }
      for (StoredModel model : models) {
        console.say(days == null || dryRun ? line(model) : removed(retention, model));
      }
    }
    return ExitCode.DONE.status();
  }

  private ObjectStore open() {
    String uri = store == null ? ModelCache.folder(System.getenv()).toUri().toString() : store;
    try {
      return ObjectStores.open(uri, System.getenv());
    } catch (IllegalArgumentException e) {
      throw new BadInputException(e.getMessage(), e);
    }
  }

  private String removed(Retention retention, StoredModel model) throws IOException {
    boolean gone = retention.remove(model.folder(), Duration.ofDays(days));
    return (gone ? "removed " : "kept, used meanwhile: ") + line(model);
  }

  private static String line(StoredModel model) {
    List<String> parts = new ArrayList<>();
    parts.add(model.folder().toString());
    parts.add(Bytes.text(model.bytes()));
    parts.add("last used " + model.lastUsed().truncatedTo(ChronoUnit.SECONDS));
    return String.join("  ", parts);
  }
}
