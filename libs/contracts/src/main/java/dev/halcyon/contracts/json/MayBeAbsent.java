package dev.halcyon.contracts.json;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A record's component, other than an `Optional`, that JSON need not have: an older version of
/// Halcyon did not write it, or a user may leave it out. The record gives it a value.
@Retention(RetentionPolicy.RUNTIME)
@Target({
  ElementType.RECORD_COMPONENT,
  ElementType.PARAMETER,
  ElementType.FIELD,
  ElementType.METHOD
})
public @interface MayBeAbsent {}
