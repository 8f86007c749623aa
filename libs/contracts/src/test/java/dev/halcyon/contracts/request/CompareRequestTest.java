package dev.halcyon.contracts.request;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.contracts.json.InvalidMessageException;
import dev.halcyon.contracts.json.Json;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompareRequestTest {
  private static CompareRequest read(String json) {
    return Json.read(json.getBytes(UTF_8), CompareRequest.class);
  }

  @Test
  void modelsMayBeBareNamesOrObjectsWithLabels() {
    CompareRequest request =
        read("{\"base\": \"a\", \"fine_tunes\": [\"b\", {\"model\": \"c\", \"label\": \"code\"}]}");

    assertThat(request.base()).isEqualTo(ModelSpec.of("a"));
    assertThat(request.labels()).containsExactly("base", "ft1", "code");
    assertThat(request.analyses()).containsExactly(Analysis.SIMILARITY);
  }

  @Test
  void whatIsWrittenIsReadBack() {
    CompareRequest request =
        read(
            "{\"base\": \"a\", \"fine_tunes\": [\"b\"], \"components\": [\"v_proj\", \"q_proj\"],"
                + " \"scale\": [0.8, 1.0], \"output\": \"out\"}");

    assertThat(Json.read(Json.bytes(request), CompareRequest.class)).isEqualTo(request);
    assertThat(request.components()).containsExactly("q_proj", "v_proj");
    assertThat(request.scale()).isEqualTo(Optional.of(List.of(0.8, 1.0)));
  }

  @Test
  void renderingsDifferByLabelsAndScaleOnly() {
    CompareRequest plain = read("{\"base\": \"a\", \"fine_tunes\": [\"b\"]}");
    CompareRequest elsewhere =
        read("{\"base\": \"x\", \"fine_tunes\": [\"y\"], \"output\": \"o\"}");
    CompareRequest scaled =
        read("{\"base\": \"a\", \"fine_tunes\": [\"b\"], \"scale\": [0.8, 1.0]}");

    assertThat(elsewhere.rendering().id()).isEqualTo(plain.rendering().id());
    assertThat(scaled.rendering().id()).isNotEqualTo(plain.rendering().id());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{}|needs a `base` model",
        "{\"base\": \"a\"}|at least one model in `fine_tunes`",
        "{\"base\": \"a\", \"fine_tunes\": []}|at least one model in `fine_tunes`",
        "{\"base\": \" \", \"fine_tunes\": [\"b\"]}|model is blank",
        "{\"base\": \"a\", \"fine_tunes\": [null]}|`fine_tunes` contains null",
        "{\"base\": \"a\", \"fine_tunes\": [\"b\"], \"components\": [null]}|`components` contains"
            + " null",
        "{\"base\": \"a\", \"fine_tunes\": [\"b\"], \"components\": [\" \"]}|a blank suffix",
        "{\"base\": \"a\", \"fine_tunes\": [\"b\"], \"analyses\": [null]}|`analyses` contains null",
        "{\"base\": \"a\", \"fine_tunes\": [{\"model\": \"b\", \"label\": \" \"}]}|label of model b"
            + " is blank",
        "{\"base\": \"a\", \"fine_tunes\": [{\"label\": \"b\"}]}|fine_tunes[0]",
        "{\"base\": \"a\", \"fine_tunes\": [\"b\"], \"fisher\": {}}|`analyses` does not ask for it",
        "{\"base\": \"a\", \"fine_tunes\": [\"b\"], \"scale\": [1.0, 0.8]}|the lower first",
        "{\"base\": \"a\", \"fine_tunes\": [\"b\"], \"scale\": [0.8, 1.5]}|the lower first",
        "{\"base\": \"a\", \"fine_tunes\": [\"b\"], \"scale\": [0.8]}|takes two cosines",
        "{\"base\": \"a\", \"fine_tunes\": [\"b\"], \"analyses\": [\"magic\"]}|analyses[0]",
        "{\"base\": \"a\", \"fine_tune\": [\"b\"]}|fine_tune",
        "{\"base\": \"a\", \"base\": \"b\", \"fine_tunes\": [\"b\"]}|Duplicate",
        "{\"base\": \"a\", \"fine_tunes\": [\"b\"]} x|Unrecognized token 'x'",
        "null|must not be null",
        "[1]|not a valid CompareRequest",
      })
  void whatIsWrongIsNamed(String json, String complaint) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining(complaint);
  }

  @Test
  void twoModelsCannotShareALabel() {
    assertThatThrownBy(() ->
            read(
                "{\"base\": {\"model\": \"a\", \"label\": \"x\"}, \"fine_tunes\": [{\"model\":"
                    + " \"b\", \"label\": \"x\"}]}"))
        .hasMessageContaining("two models have the label x");
  }

  @Test
  void aLabelCannotBeThePlaceOfAModelWithoutOne() {
    assertThatThrownBy(() ->
            read("{\"base\": {\"model\": \"a\", \"label\": \"ft1\"}, \"fine_tunes\": [\"b\"]}"))
        .hasMessageContaining("two models have the label ft1");
  }

  @Test
  void moreFineTunesThanAReportCanShowAreRefused() {
    assertThat(read(fineTunes(32)).models()).hasSize(33);
    assertThatThrownBy(() -> read(fineTunes(33)))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining("at most 32 fine-tunes, not 33");
  }

  private static String fineTunes(int count) {
    return "{\"base\": \"a\", \"fine_tunes\": [" + "\"b\",".repeat(count - 1) + "\"b\"]}";
  }
}
