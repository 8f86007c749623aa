package dev.halcyon.contracts.json;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A record that users write: an unknown field is an error, since it is misspelt, and the record
/// itself says what may be left out. In all other records a field that is not known comes from a
/// newer version of Halcyon and is passed over, and what is not optional must be there.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface UserInput {}
