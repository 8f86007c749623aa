package dev.halcyon.contracts.request;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.contracts.json.InvalidMessageException;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.request.DivergenceEstimator.Objective;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DivergenceSettingsTest {
  private static CompareRequest request(String fields) {
    String json = "{\"base\": \"b\", \"fine_tunes\": [\"f\"], %s}".formatted(fields);
    return Json.read(json.getBytes(UTF_8), CompareRequest.class);
  }

  private static DivergenceSettings divergence(String fields) {
    return request(fields).divergence().orElseThrow();
  }

  @Test
  void whatIsAbsentHasItsDefault() {
    DivergenceSettings settings = divergence("\"analyses\": [\"divergence\"]");

    assertThat(settings).isEqualTo(DivergenceSettings.standard());
    assertThat(settings.objective()).isEqualTo(Objective.KL);
    assertThat(settings.nodes()).isEqualTo(DivergenceSettings.AUTO);
    assertThat(settings.texts().samples()).isEqualTo(20);
    assertThat(settings.fisher()).isEmpty();
  }

  @Test
  void whatIsWrittenIsReadBack() {
    CompareRequest request =
        request(
            "\"analyses\": [\"fisher\", \"divergence\"], \"divergence\": {\"nodes\": 3, \"ranges\":"
                + " \"auto\", \"objective\": \"both\", \"alone\": 2, \"text_files\": \"t\"}");

    assertThat(Json.read(Json.bytes(request), CompareRequest.class)).isEqualTo(request);
    assertThat(request.divergence().orElseThrow().nodes()).isEqualTo(3);
  }

  @Test
  void allFieldsAreOnOneLevel() {
    CompareRequest request =
        request(
            "\"analyses\": [\"fisher\", \"divergence\"], \"fisher\": {\"seed\": 7, \"samples\":"
                + " 3}");

    assertThat(new String(Json.bytes(request), UTF_8))
        .endsWith(
            "\"fisher\":{\"models\":[],\"text_field\":\"text\",\"samples\":3,\"max_length\":256,"
                + "\"min_tokens\":2,\"labels\":\"empirical\",\"weighting\":\"sample\","
                + "\"precision\":\"fp32\",\"seed\":7,\"chunks\":0,\"ranges\":\"auto\","
                + "\"allow_config_fields\":[]},"
                + "\"divergence\":{\"text_field\":\"text\",\"samples\":20,\"max_length\":256,"
                + "\"min_tokens\":2,\"objective\":\"kl\",\"nodes\":\"auto\",\"weighting\":\"sample\","
                + "\"alone\":0,\"fisher\":true,\"ranges\":\"auto\",\"allow_config_fields\":[]}}");
  }

  @Test
  void anUnknownFieldIsNamedWithThoseThatThereAre() {
    assertThatThrownBy(
            () -> divergence("\"analyses\": [\"divergence\"], \"divergence\": {\"sample\": 2}"))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage(
            "not a valid CompareRequest at divergence.sample: unknown field sample; there are"
                + " allow_config_fields, alone, calibration, fisher, max_length, min_tokens, nodes,"
                + " objective, ranges, samples, text_field, text_files, weighting");
  }

  @Test
  void aFieldThatIsWrongIsNamed() {
    assertThatThrownBy(
            () -> divergence("\"analyses\": [\"divergence\"], \"divergence\": {\"samples\": []}"))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining(" at divergence.samples: ");
  }

  @Test
  void itIsMeasuredOnTheTextsOfFisherInformationUnlessItNamesOthers() {
    String both = "\"analyses\": [\"fisher\", \"divergence\"], \"fisher\": {\"calibration\": \"c\"";
    DivergenceSettings same = divergence(both + ", \"text_field\": \"t\"}");
    DivergenceSettings other =
        divergence(both + "}, \"divergence\": {\"calibration\": \"d\", \"fisher\": false}");

    assertThat(same.texts().calibration()).hasValue("c");
    assertThat(same.texts().textField()).isEqualTo("t");
    assertThat(same.fisher()).hasValue(true);
    assertThat(other.texts().calibration()).hasValue("d");
    assertThat(other.fisher()).hasValue(false);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"nodes\": 9}|`nodes` is 9; it must be from 1 to 8",
        "{\"nodes\": \"many\"}|`nodes` takes a number from 1, or auto",
        "{\"ranges\": 21}|`ranges` is 21; it must be from 1 to 20",
        "{\"alone\": -1}|`alone` is -1",
        "{\"alone\": 1, \"objective\": \"loss\"}|`objective` must be kl or both",
        "{\"calibration\": \"c\", \"text_files\": \"t\"}|not both",
        "{\"node\": 2}|unknown field node"
      })
  void whatCannotBeIsRefused(String settings, String reason) {
    assertThatThrownBy(() -> request("\"analyses\": [\"divergence\"], \"divergence\": " + settings))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void settingsOfWhatIsNotAskedForAreRefused() {
    assertThatThrownBy(() -> request("\"divergence\": {}"))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining("`analyses` does not ask for them");
  }

  @Test
  void aDivergenceNeedsAFineTune() {
    String json = "{\"base\": \"b\", \"analyses\": [\"fisher\", \"divergence\"]}";

    assertThatThrownBy(() -> Json.read(json.getBytes(UTF_8), CompareRequest.class))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining("at least one model in `fine_tunes`");
  }
}
