package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Amounts, columns and numbers as people write and read them.
class WordsTest {
  @Test
  void bytesAreInPowersOfAThousand() {
    assertThat(Bytes.text(0)).isEqualTo("0 B");
    assertThat(Bytes.text(999)).isEqualTo("999 B");
    assertThat(Bytes.text(1000)).isEqualTo("1.0 kB");
    assertThat(Bytes.text(1_850_000_000)).isEqualTo("1.9 GB");
    assertThat(Bytes.text(Long.MAX_VALUE)).isEqualTo("9223.4 PB");
  }

  @Test
  void theFirstColumnIsToTheLeftAndNumbersAreToTheRight() {
    assertThat(TextColumns.of(List.of(List.of("pair", "mean"), List.of("a", "0.5"))))
        .containsExactly("pair  mean", "a      0.5");
  }

  @Test
  void countsAndPortsAreNumbersOfTheirRange() throws Exception {
    assertThat(new CountConverter().convert("12")).isEqualTo(12);
    assertThat(new PortConverter().convert("65535")).isEqualTo(65_535);
    for (String wrong : List.of("0", "-1", "two", "", "99999999999")) {
      refused(new CountConverter(), wrong);
      refused(new PortConverter(), wrong);
    }
    refused(new PortConverter(), "65536");
  }

  private static void refused(ITypeConverter<?> converter, String value) {
    assertThatThrownBy(() -> converter.convert(value))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("'" + value + "'");
  }
}
