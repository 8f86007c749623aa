package dev.halcyon.contracts.results;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.tensors.Shape;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// `docs/reference/report.md` names every field of a report. A shape is a list, without fields.
class ReportReferenceTest {
  private static final Path REFERENCE = Path.of("../../docs/reference/report.md");

  @Test
  void everyFieldIsDocumented() throws IOException {
    String reference = Files.readString(REFERENCE);
    Set<String> fields = new TreeSet<>();
    collect(Report.class, fields);

    assertThat(fields).contains("job_id", "share_se", "sign_conflict", "bytes_per_second");
    assertThat(fields).allSatisfy(field -> assertThat(reference).contains("`" + field + "`"));
  }

  private static void collect(Type type, Set<String> fields) {
    if (type instanceof ParameterizedType generic) {
      for (Type argument : generic.getActualTypeArguments()) {
        collect(argument, fields);
      }
    } else if (type instanceof Class<?> record && record.isRecord() && record != Shape.class) {
      for (RecordComponent component : record.getRecordComponents()) {
        fields.add(snakeCase(component.getName()));
        collect(component.getGenericType(), fields);
      }
    }
  }

  private static String snakeCase(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }
}
