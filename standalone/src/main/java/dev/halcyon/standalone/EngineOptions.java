package dev.halcyon.standalone;

import java.util.List;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Where a model runs, and what is ignored of its configuration.
final class EngineOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--allow-config-field",
      paramLabel = "NAME",
      description =
          "Ignores a field of config.json whose effect is unknown. Repeat the option for each"
              + " field. The report records it.")
  private List<String> allowConfigFields;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      defaultValue = "cpu",
      description = "cpu, cuda:0, cuda:1, … (default: ${DEFAULT-VALUE}).")
  private String device;

  @Option(
      names = "--threads",
      paramLabel = "N",
      converter = CountConverter.class,
      description = "Number of compute threads (default: all cores).")
  private Integer threads;

  /// Null where none is named.
  List<String> allowConfigFields() {
    return allowConfigFields;
  }

  OptionalInt threads() {
    return threads == null ? OptionalInt.empty() : OptionalInt.of(threads);
  }

  String device() {
    return device;
  }

  /// Lets the Fisher worker of this process use the device.
  ///
  /// @throws ParameterException where it is none
  void useDevice() {
    if (!device.matches("cpu|cuda:[0-9]+")) {
      throw new ParameterException(
          spec.commandLine(), "--device takes cpu or cuda:N, not " + device);
    }
    System.setProperty("halcyon.fisher.device", device);
  }
}
