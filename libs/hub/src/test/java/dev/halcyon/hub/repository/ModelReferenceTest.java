package dev.halcyon.hub.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelReferenceTest {
  @Test
  void aHubModelHasARepositoryAndARevision() {
    assertThat(parse("acme/tiny")).isEqualTo(hub("acme/tiny", "main"));
    assertThat(parse("acme/tiny@v1.0")).isEqualTo(hub("acme/tiny", "v1.0"));
    assertThat(parse("acme/tiny@refs/pr/3")).isEqualTo(hub("acme/tiny", "refs/pr/3"));
  }

  @Test
  void anExistingPathWinsAndHfForcesTheHub() {
    assertThat(parse("acme/tiny", "acme/tiny"))
        .isEqualTo(new ModelReference.Local(Path.of("acme/tiny")));
    assertThat(parse("acme/tiny@v1", "acme/tiny@v1"))
        .isEqualTo(new ModelReference.Local(Path.of("acme/tiny@v1")));
    assertThat(parse("hf:acme/tiny", "acme/tiny", "hf:acme/tiny"))
        .isEqualTo(hub("acme/tiny", "main"));
    assertThat(parse("hf:gpt2")).isEqualTo(hub("gpt2", "main"));
  }

  @Test
  void aStoreIsNamedByItsUri() {
    assertThat(parse("s3://bucket/models/acme/tiny"))
        .isEqualTo(new ModelReference.Store(URI.create("s3://bucket/models/acme/tiny")));
  }

  @Test
  void printsAsItIsWritten() {
    assertThat(parse("hf:acme/tiny@v1")).hasToString("acme/tiny@v1");
    assertThat(parse("acme/tiny@main")).hasToString("acme/tiny");
  }

  @ParameterizedTest
  @ValueSource(strings = {"./missing", "/missing/model", "../up", "~/model", "missing", "a/b/c"})
  void aMissingPathIsNoHubModel(String text) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(text)
        .hasMessageContaining("no such folder or file");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "https://huggingface.co/acme/tiny",
        "ftp://x/y",
        "hf:",
        "hf:a/b/c",
        "hf:../x",
        "hf:a--b/c",
        "hf:acme/tiny@",
        "hf:acme/tiny@../../etc",
        "hf:acme/tiny@a b",
        "hf:.a/b"
      })
  void whatNamesNothingIsRefused(String text) {
    assertThatThrownBy(() -> parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  private static ModelReference parse(String text, String... existing) {
    return ModelReference.parse(text, path -> Set.of(existing).contains(path.toString()));
  }

  private static ModelReference hub(String name, String revision) {
    return new ModelReference.Hub(RepositoryId.model(name), revision);
  }
}
