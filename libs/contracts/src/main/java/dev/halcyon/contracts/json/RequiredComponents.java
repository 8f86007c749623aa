package dev.halcyon.contracts.json;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.AnnotatedParameter;
import com.fasterxml.jackson.databind.introspect.NopAnnotationIntrospector;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// Has JSON refused that lacks a component of a record, unless that is an `Optional` or
/// [MayBeAbsent]. A floating-point number may be null, which stands for one that is not defined.
final class RequiredComponents extends NopAnnotationIntrospector {
  private static final long serialVersionUID = 1L;
  private static final Set<Class<?>> OPTIONAL = Set.of(Optional.class, OptionalInt.class);
  private static final Set<Class<?>> NULLABLE = Set.of(double.class, Double.class);

  @Override
  public Boolean hasRequiredMarker(AnnotatedMember member) {
    return isRequired(member) ? Boolean.TRUE : null;
  }

  @Override
  public JsonSetter.Value findSetterInfo(Annotated member) {
    return isRequired(member) && !NULLABLE.contains(member.getRawType())
        ? JsonSetter.Value.forValueNulls(Nulls.FAIL)
        : JsonSetter.Value.empty();
  }

  private static boolean isRequired(Annotated member) {
    return member instanceof AnnotatedParameter parameter
        && parameter.getDeclaringClass().isRecord()
        && !OPTIONAL.contains(parameter.getRawType())
        && !parameter.hasAnnotation(MayBeAbsent.class)
        && !parameter.hasAnnotation(JsonUnwrapped.class);
  }
}
