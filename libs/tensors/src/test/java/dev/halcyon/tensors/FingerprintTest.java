package dev.halcyon.tensors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FingerprintTest {
  private static final FileTime THEN = FileTime.from(Instant.parse("2026-01-02T03:04:05.678Z"));

  @TempDir Path folder;
  private Path weights;
  private Path config;

  @BeforeEach
  void aModel() throws IOException {
    weights = TinyFiles.write(folder.resolve("model.safetensors"), "a", "b");
    config = Files.writeString(folder.resolve("config.json"), "{}");
    Files.setLastModifiedTime(weights, THEN);
  }

  @Test
  void isTheSameForTheSameFilesWhereverTheyLie() throws IOException {
    Path copy = Files.createDirectory(folder.resolve("copy"));
    for (Path file : new Path[] {config, weights}) {
      Files.copy(file, copy.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
    }
    Files.writeString(folder.resolve("README.md"), "no part of the model");
    assertThat(fingerprint(copy)).isEqualTo(fingerprint(folder)).matches("[0-9a-f]{64}");
  }

  @Test
  void changesWithEveryPart() throws IOException {
    Set<String> seen = new HashSet<>();
    seen.add(fingerprint(folder));
    Files.setLastModifiedTime(weights, FileTime.fromMillis(THEN.toMillis() + 1));
    seen.add(fingerprint(folder));
    TinyFiles.write(weights, "a", "c");
    Files.setLastModifiedTime(weights, THEN);
    seen.add(fingerprint(folder));
    TinyFiles.write(weights, "a", "b", "c");
    Files.setLastModifiedTime(weights, THEN);
    seen.add(fingerprint(folder));
    Files.writeString(config, " ", StandardOpenOption.APPEND);
    seen.add(fingerprint(folder));
    Files.delete(config);
    seen.add(fingerprint(folder));
    assertThat(seen).hasSize(6);
  }

  private static String fingerprint(Path folder) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      return checkpoint.fingerprint();
    }
  }
}
