package dev.halcyon.tensors.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Vectors that the compiler does not see through are objects, and a kernel of objects is tens of
/// times slower. Objects show as allocated memory, without a clock.
class KernelAllocationTest {
  /// In a JVM of its own with the product's flags, because what other tests did with vectors before
  /// changes what is compiled.
  @Test
  void noKernelAllocatesAfterTheWarmUp() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("--") || flag.startsWith("-X"))
        .forEach(command::add);
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), KernelAllocation.class.getName()));

    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    List<String> output = process.inputReader().lines().toList();

    assertThat(process.waitFor()).as(String.join("\n", output)).isZero();
    List<String> kernels = output.stream().filter(line -> line.contains("allocated=")).toList();
    assertThat(kernels).hasSize(8).allMatch(line -> line.endsWith("allocated=0"));
  }
}
