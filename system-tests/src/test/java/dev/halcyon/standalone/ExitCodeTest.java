package dev.halcyon.standalone;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What the command ends with, and what it says, by who must act.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ExitCodeTest {
  private static final int DONE = 0;
  private static final int USAGE = 2;
  private static final int BAD_INPUT = 3;
  private static final int ENVIRONMENT = 4;

  @TempDir private Path folder;
  private String base;

  @BeforeEach
  void writeBase() throws IOException {
    base = RandomModels.write(folder.resolve("base"), 2, 0).toString();
  }

  @Test
  void wrongUseIsSaidInOneLineWithWhereToReadMore() throws Exception {
    CommandProcess.Ended ended = CommandProcess.run(folder, "compare", "--base", base);

    assertThat(ended.status()).isEqualTo(USAGE);
    assertThat(ended.err())
        .isEqualTo(
            "halcyon: give --base MODEL and --fine-tune MODEL, or --request FILE\n"
                + "Run `halcyon compare --help` for usage.");
  }

  @Test
  void aFolderThatIsNotThereIsBadInput() throws Exception {
    CommandProcess.Ended ended = compare("nowhere");

    assertThat(ended.status()).isEqualTo(BAD_INPUT);
    assertThat(ended.err())
        .startsWith("halcyon: model 'nowhere': no such folder or file, and not org/name")
        .hasLineCount(1);
  }

  /// All at once, which also shows that commands on one machine leave each other alone.
  @Test
  void whatIsNoComparableModelIsNamedForWhatItIs() throws Exception {
    RandomModels.write(folder.resolve("tuned"), 2, 1);
    damaged();
    file("lora/adapter_config.json", "{\"peft_type\": \"LORA\"}");
    file("lora/adapter_model.safetensors", safetensors("x.lora_A.weight"));
    file("pickled/pytorch_model.bin", new byte[16]);
    quantized("gptq");
    quantized("awq");
    Map<String, CommandProcess> commands = new LinkedHashMap<>();
    for (String model : new String[] {"tuned", "damaged", "lora", "pickled", "gptq", "awq"}) {
      commands.put(model, start(model));
    }

    assertThat(commands.get("tuned").await().status()).isEqualTo(DONE);
    assertThat(folder.resolve("tuned-results/similarity_results.csv")).exists();
    assertRefused(commands, "damaged", "damaged/model.safetensors", "truncated");
    assertRefused(commands, "lora", "lora/adapter_model.safetensors", "has no counterpart");
    assertRefused(commands, "pickled", "pickled", "holds PyTorch weights (pytorch_model.bin)");
    assertRefused(commands, "gptq", "gptq/config.json", "quantized by GPTQ");
    assertRefused(commands, "awq", "awq/config.json", "quantized by AWQ");
  }

  @Test
  void aPortThatIsTakenIsTheEnvironmentsFault() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = "" + taken.getLocalPort();

      CommandProcess.Ended http = CommandProcess.run(folder, "serve", "--port", port);
      CommandProcess.Ended kafka =
          CommandProcess.run(folder, "serve", "--port", "" + Ports.free(0), "--kafka-port", port);

      for (CommandProcess.Ended ended : new CommandProcess.Ended[] {http, kafka}) {
        assertThat(ended.status()).isEqualTo(ENVIRONMENT);
        assertThat(ended.err()).startsWith("halcyon: port " + port + " is not available");
      }
    }
  }

  @Test
  void aSecondServeOnTheSameDataIsRefused() throws Exception {
    try (CommandProcess first = serve()) {
      first.waitUntilItSays("Publish a compare request");
      try (CommandProcess second = serve()) {
        CommandProcess.Ended ended = second.await();

        assertThat(ended.status()).isEqualTo(ENVIRONMENT);
        assertThat(ended.err()).contains("data is in use by another halcyon serve");
      }
    }
  }

  /// No one may make folders below `/proc`, the superuser neither.
  @Test
  void anOutputFolderThatCannotBeWrittenIsSaidBeforeAnyWork() throws Exception {
    assumeTrue(Files.isDirectory(Path.of("/proc/self")), "needs Linux' /proc");
    RandomModels.write(folder.resolve("tuned"), 2, 1);

    CommandProcess.Ended ended =
        CommandProcess.run(
            folder, "compare", "--base", base, "--fine-tune", "tuned", "--output", "/proc/out");

    assertThat(ended.status()).isEqualTo(ENVIRONMENT);
    assertThat(ended.err())
        .startsWith("halcyon: the output folder /proc/out cannot be written")
        .doesNotContain("tensors");
  }

  /// A file system of a few pages, in a mount namespace of the command's own, where the kernel lets
  /// users have one.
  @Test
  void aFullDiskIsTheEnvironmentsFaultAndLeavesNoResult() throws Exception {
    assumeTrue(SmallDisk.isPossible(), "needs Linux with mount namespaces for users");
    RandomModels.write(folder.resolve("tuned"), 2, 1);
    Files.createDirectories(folder.resolve("small"));
    CommandProcess.Ended ended;
    try (CommandProcess compare =
        CommandProcess.startIn(
            "mount -t tmpfs -o size=16k none small && \"$@\"; status=$?; find small; exit $status",
            folder,
            "compare",
            "--base",
            base,
            "--fine-tune",
            "tuned",
            "--output",
            "small/out",
            "--quiet")) {
      ended = compare.await();
    }

    assertThat(ended.status()).as(ended::err).isEqualTo(ENVIRONMENT);
    assertThat(ended.err())
        .startsWith("halcyon: the results cannot be written to")
        .doesNotContain("\tat ");
    assertThat(ended.out().lines()).containsExactly("small", "small/out");
  }

  @Test
  void aFullTemporaryFolderIsSaidBeforeAnyWork() throws Exception {
    assumeTrue(SmallDisk.isPossible(), "needs Linux with mount namespaces for users");
    CommandProcess.Ended ended;
    try (CommandProcess compare =
        CommandProcess.startIn(
            "mount -t tmpfs -o size=1m none tmp && \"$@\"; status=$?; find tmp; exit $status",
            folder,
            "compare",
            "--base",
            base,
            "--fine-tune",
            base)) {
      ended = compare.await();
    }

    assertThat(ended.status()).as(ended::err).isEqualTo(ENVIRONMENT);
    assertThat(ended.err())
        .startsWith("halcyon: the disk of " + folder.resolve("tmp"))
        .contains("1.0 MB left", "-Djava.io.tmpdir=")
        .hasLineCount(1);
    assertThat(ended.out().lines()).containsExactly("tmp");
    assertThat(folder.resolve(CompareCommand.DEFAULT_OUTPUT)).doesNotExist();
  }

  private CommandProcess serve() throws IOException {
    return CommandProcess.start(
        folder,
        "serve",
        "--data",
        "data",
        "--port",
        "" + Ports.free(0),
        "--kafka-port",
        "" + Ports.free(0));
  }

  private CommandProcess.Ended compare(String model) throws Exception {
    try (CommandProcess compare = start(model)) {
      return compare.await();
    }
  }

  private CommandProcess start(String model) throws IOException {
    return CommandProcess.start(
        folder,
        "compare",
        "--base",
        base,
        "--fine-tune",
        model,
        "--output",
        model + "-results",
        "--quiet");
  }

  private void assertRefused(
      Map<String, CommandProcess> commands, String model, String named, String said)
      throws Exception {
    CommandProcess.Ended ended = commands.get(model).await();
    assertThat(ended.status()).as(ended::err).isEqualTo(BAD_INPUT);
    assertThat(ended.err().lines())
        .singleElement()
        .satisfies(line ->
            assertThat(line).startsWith("halcyon: [" + folder.resolve(named) + "]").contains(said));
    assertThat(folder.resolve(model + "-results")).doesNotExist();
  }

  private void damaged() throws IOException {
    Path whole = RandomModels.write(folder.resolve("whole"), 2, 1).resolve("model.safetensors");
    byte[] content = Files.readAllBytes(whole);
    file("damaged/model.safetensors", Arrays.copyOf(content, content.length - 10));
  }

  private void quantized(String method) throws IOException {
    file(
        method + "/config.json",
        "{\"quantization_config\": {\"quant_method\": \"%s\"}}".formatted(method));
    file(method + "/model.safetensors", safetensors("model.layers.0.self_attn.q_proj.qweight"));
  }

  private static byte[] safetensors(String tensor) {
    byte[] header =
        "{\"%s\":{\"dtype\":\"I32\",\"shape\":[1],\"data_offsets\":[0,4]}}"
            .formatted(tensor)
            .getBytes(US_ASCII);
    return ByteBuffer.allocate(Long.BYTES + header.length + 4)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .array();
  }

  private void file(String path, String content) throws IOException {
    file(path, content.getBytes(UTF_8));
  }

  private void file(String path, byte[] content) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }
}
