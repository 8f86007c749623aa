package dev.halcyon.services.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.MDC;
import org.junit.jupiter.api.Test;

class JobContextTest {
  @Test
  void aContextIsThereUntilItIsClosedAndAnOuterOneComesBack() {
    try (JobContext _ = JobContext.of("job-1").attempt(2)) {
      try (JobContext _ = JobContext.of("job-1").attempt(3).model("base").tensor("w")) {
        assertThat(MDC.getMap())
            .containsEntry("job", "job-1")
            .containsEntry("attempt", "3")
            .containsEntry("model", "base")
            .containsEntry("tensor", "w");
      }
      assertThat(MDC.getMap())
          .containsEntry("job", "job-1")
          .containsEntry("attempt", "2")
          .doesNotContainKeys("model", "tensor");
    }
    assertThat(MDC.getMap()).doesNotContainKeys("job", "attempt", "model", "tensor");
  }

  @Test
  void whatIsEmptyIsLeftOut() {
    try (JobContext _ = JobContext.of("job-1").tensor("")) {
      assertThat(MDC.getMap()).containsEntry("job", "job-1").doesNotContainKey("tensor");
    }
  }

  @Test
  void aThreadThatIsStartedForAPartOfTheWorkInheritsIt() throws Exception {
    AtomicReference<Map<String, Object>> inside = new AtomicReference<>();
    try (JobContext _ = JobContext.of("job-1").tensor("w")) {
      Thread.ofVirtual()
          .start(() -> {
            try (JobContext _ = JobContext.inherited()) {
              inside.set(Map.copyOf(MDC.getMap()));
            }
          })
          .join();
    }

    assertThat(inside.get()).containsEntry("job", "job-1").containsEntry("tensor", "w");
  }
}
