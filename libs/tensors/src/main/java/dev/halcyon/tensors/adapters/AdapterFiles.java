package dev.halcyon.tensors.adapters;

import dev.halcyon.tensors.InvalidCheckpointException;
import dev.halcyon.tensors.WeightNotes;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// The files of an adapter, found in a list of names, which can come from a folder or from a remote
/// repository.
public final class AdapterFiles {
  public static final String CONFIG = "adapter_config.json";
  public static final String WEIGHTS = "adapter_model.safetensors";

  /// Longest `adapter_config.json`, in bytes; lists of modules may be long.
  public static final int LONGEST_CONFIG = 16 << 20;

  private static final String PICKLED = "adapter_model.bin";
  private static final List<String> FULL_WEIGHTS =
      List.of("model.safetensors", "model.safetensors.index.json");

  private AdapterFiles() {}

  /// Whether a folder that is given as a fine-tune is an adapter. Where it also holds a model's own
  /// weights, the adapter is taken, as transformers takes it.
  ///
  /// @param names of files directly in the folder
  public static boolean areIn(Collection<String> names) {
    boolean whole = names.contains(CONFIG) && names.contains(WEIGHTS);
    boolean some = names.contains(CONFIG) || names.contains(WEIGHTS) || names.contains(PICKLED);
    return whole || (some && FULL_WEIGHTS.stream().noneMatch(names::contains));
  }

  /// Checks that both files are there.
  ///
  /// @param source names the folder in errors
  /// @throws InvalidCheckpointException where one is missing
  public static void require(String source, Collection<String> names) {
    if (!names.contains(CONFIG)) {
      throw new InvalidCheckpointException(
          source,
          "holds adapter weights but no "
              + CONFIG
              + ", which says how they change the base: PEFT's save_pretrained writes both");
    }
    if (!names.contains(WEIGHTS)) {
      throw new InvalidCheckpointException(source, withoutWeights(names));
    }
  }

  /// A note that names other weights in the folder, which are ignored; empty where there are none.
  ///
  /// @param names of files in the folder
  public static Optional<String> note(Collection<String> names) {
    return WeightNotes.ofIgnored(names, List.of(WEIGHTS));
  }

  private static String withoutWeights(Collection<String> names) {
    return names.contains(PICKLED)
        ? "holds an adapter as "
            + PICKLED
            + ", which is not read: load it once with PEFT and save it with save_pretrained, which"
            + " writes "
            + WEIGHTS
        : "has " + CONFIG + " but no " + WEIGHTS + ": is the download complete?";
  }
}
