package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.contracts.request.CompareRequest;
import dev.halcyon.contracts.request.ModelSpec;
import dev.halcyon.services.common.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Requests in files, in both spellings, and what is said of those that are none.
class RequestFileTest {
  @TempDir private Path folder;

  @Test
  void yamlAndJsonMeanTheSame() throws IOException {
    CompareRequest yaml =
        read(
            """
            base: models/base
            fine_tunes:
              - model: models/code
                label: Code
              - models/prose
            components: [q_proj]
            """);
    CompareRequest json =
        read(
            """
            {"base": "models/base", "components": ["q_proj"],
             "fine_tunes": [{"model": "models/code", "label": "Code"}, "models/prose"]}
            """);

    assertThat(yaml).isEqualTo(json);
    assertThat(yaml.models())
        .extracting(ModelSpec::model)
        .isEqualTo(List.of("models/base", "models/code", "models/prose"));
    assertThat(yaml.models().get(1).label()).hasValue("Code");
  }

  @Test
  void whatIsNoRequestIsNamedWithItsFile() {
    refused("", "is empty");
    refused("- a list", "contains no request");
    refused("base: a\n", "fine_tunes");
    refused("base: a\nfine_tunes: [b]\nfine_tune: c\n", "fine_tune");
    refused("base: [a\nfine_tunes: b\n", "neither YAML nor JSON: line 2, column");
    refused("version https://git-lfs.github.com/spec/v1\n", "is a Git LFS pointer");
    refused("base: a\nbase: b\nfine_tunes: [c]\n", "line 2");
  }

  @Test
  void aByteOrderMarkIsNoObstacle() throws IOException {
    assertThat(read("\uFEFF{\"base\": \"a\", \"fine_tunes\": [\"b\"]}").base().model())
        .isEqualTo("a");
    assertThat(read("\uFEFFbase: a\nfine_tunes: [b]\n").base().model()).isEqualTo("a");
  }

  private void refused(String text, String reason) {
    assertThatThrownBy(() -> read(text))
        .as(text)
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("request.yaml")
        .hasMessageContaining(reason);
  }

  private CompareRequest read(String text) throws IOException {
    return RequestFile.read(Files.writeString(folder.resolve("request.yaml"), text));
  }
}
