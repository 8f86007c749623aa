package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PromQueryTest {
  @Test
  void namesMetricsAndLabelsButNoFunctions() {
    PromQuery query =
        PromQuery.parse(
            "histogram_quantile(0.95, sum by (topic, le) (rate(a_bucket{x=\"b{c}\","
                + " y!~\"$d\"}[$__rate_interval]))) and on (job_id) time() - up{service!=\"\"} > 1"
                + " or vector(0)");

    assertThat(query.metrics()).containsExactly("a_bucket", "up");
    assertThat(query.labels()).containsExactly("job_id", "le", "service", "topic", "x", "y");
  }

  @Test
  void aBareMetricIsOne() {
    assertThat(PromQuery.parse("a_count / b:c").metrics()).containsExactly("a_count", "b:c");
  }
}
