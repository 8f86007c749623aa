package dev.halcyon.services.common;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobReferenceTest {
  private static final String JOB = "0123456789abcdef0123";

  @Test
  void theValueComesBeforeTheKey() {
    assertThat(JobReference.of(JOB, "{\"job_id\": \"x\", \"attempt\": 2}".getBytes(UTF_8)))
        .contains(new JobReference("x", 2));
  }

  @Test
  void whatStandsBeforeTheDamageCounts() {
    byte[] damaged = "{\"attempt\": 3, \"job_id\": \"x\", \"more\": \"\u0000".getBytes(UTF_8);
    assertThat(JobReference.of(null, damaged)).contains(new JobReference("x", 3));
  }

  @Test
  void aKeyNamesItsJobFirst() {
    assertThat(JobReference.of(JOB + "/model.norm.weight", null))
        .contains(new JobReference(JOB, 1));
    assertThat(JobReference.of(JOB, new byte[] {(byte) 0xff})).contains(new JobReference(JOB, 1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"job_id\": 7}",
        "{\"job_id\": \"a b\"}",
        "{\"nested\": {\"job_id\": \"x\"}}",
        "nothing"
      })
  void whatNamesNoJobBelongsToNone(String value) {
    assertThat(JobReference.of("models/org--base/x", value.getBytes(UTF_8))).isEmpty();
    assertThat(JobReference.of(null, value.getBytes(UTF_8))).isEmpty();
  }
}
