package dev.halcyon.services.plotter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestedRangeTest {
  private static final long SIZE = 1000;

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 0, 1",
    "bytes=0-499, 0, 500",
    "bytes=500-, 500, 500",
    "bytes=990-5000, 990, 10",
    "bytes=-10, 990, 10",
    "bytes=-5000, 0, 1000",
    "' bytes=999-999 ', 999, 1"
  })
  void takesOneRange(String header, long offset, long length) {
    assertThat(RequestedRange.of(header, SIZE)).contains(new RequestedRange(offset, length));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes=-",
        "bytes=5-4",
        "bytes=0-1,5-6",
        "items=0-4",
        "bytes=a-b",
        "bytes=99999999999999999999-",
        ""
      })
  void readsAllWhereTheHeaderIsNoRange(String header) {
    assertThat(RequestedRange.of(header, SIZE)).contains(new RequestedRange(0, SIZE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=1000-", "bytes=1000-1001", "bytes=-0"})
  void findsNothingBeyondTheEnd(String header) {
    assertThat(RequestedRange.of(header, SIZE)).isEmpty();
  }

  @Test
  void readsAllWithoutAHeader() {
    assertThat(RequestedRange.of(null, 0)).isEqualTo(Optional.of(new RequestedRange(0, 0)));
  }

  @Test
  void writesTheRangeThatItSends() {
    assertThat(new RequestedRange(990, 10).contentRange(SIZE)).isEqualTo("bytes 990-999/1000");
  }
}
