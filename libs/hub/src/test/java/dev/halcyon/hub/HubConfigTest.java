package dev.halcyon.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubConfigTest {
  @TempDir Path folder;

  @Test
  void anEmptyEnvironmentMeansThePublicHub() {
    HubConfig config = HubConfig.fromEnvironment(Map.of("HF_TOKEN_PATH", "/none"));
    assertThat(config.endpoint()).isEqualTo(URI.create("https://huggingface.co"));
    assertThat(config.datasetsServer())
        .isEqualTo(URI.create("https://datasets-server.huggingface.co"));
    assertThat(config.token()).isEmpty();
    assertThat(config.offline()).isFalse();
    assertThat(config.cache())
        .isEqualTo(Path.of(System.getProperty("user.home"), ".cache/huggingface/hub"));
  }

  @Test
  void variablesOfHuggingFacesToolsCount() throws IOException {
    Path token = Files.writeString(folder.resolve("token"), "hf_fromFile\n");
    HubConfig config =
        HubConfig.fromEnvironment(
            Map.of(
                "HF_ENDPOINT", "http://127.0.0.1:8080/",
                "HF_HOME", folder.toString(),
                "TRANSFORMERS_OFFLINE", "yes"));
    assertThat(config.endpoint()).isEqualTo(URI.create("http://127.0.0.1:8080"));
    assertThat(config.datasetsServer()).isEqualTo(URI.create("http://127.0.0.1:8080"));
    assertThat(config.cache()).isEqualTo(folder.resolve("hub"));
    assertThat(config.offline()).isTrue();
    assertThat(config.token()).contains(new AccessToken("hf_fromFile", token.toString()));
  }

  @Test
  void moreSpecificVariablesWin() throws IOException {
    Path token = Files.writeString(folder.resolve("mine"), "hf_fromFile");
    Map<String, String> environment =
        new java.util.HashMap<>(
            Map.of(
                "HF_HOME", "/elsewhere",
                "HF_HUB_CACHE", "~/models",
                "HF_TOKEN_PATH", token.toString(),
                "HF_HUB_OFFLINE", "0",
                "TRANSFORMERS_OFFLINE", "1"));
    HubConfig config = HubConfig.fromEnvironment(environment);
    assertThat(config.cache()).isEqualTo(Path.of(System.getProperty("user.home"), "models"));
    assertThat(config.token().orElseThrow().secret()).isEqualTo("hf_fromFile");
    assertThat(config.offline()).isFalse();
    environment.put("HF_TOKEN", " hf_direct\n");
    assertThat(HubConfig.fromEnvironment(environment).token().orElseThrow().secret())
        .isEqualTo("hf_direct");
  }

  @Test
  void theTokenIsNeverPrinted() {
    HubConfig config = HubConfig.fromEnvironment(Map.of("HF_TOKEN", "hf_verySecret"));
    assertThat(config.toString()).doesNotContain("hf_verySecret").contains("token from HF_TOKEN");
    assertThatThrownBy(() -> HubConfig.fromEnvironment(Map.of("HF_TOKEN", "hf_very Secret")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("HF_TOKEN")
        .message()
        .doesNotContain("Secret");
  }

  @Test
  void anEndpointThatIsNoneIsNamed() {
    for (String endpoint :
        new String[] {"huggingface.co", "ftp://x", "https://u:p@host", "http://"}) {
      assertThatThrownBy(() -> HubConfig.fromEnvironment(Map.of("HF_ENDPOINT", endpoint)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("HF_ENDPOINT");
    }
  }
}
