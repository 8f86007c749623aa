package dev.halcyon.transformer.internal.blueprint;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A linear map with an optional bias.
///
/// @param weight name of the matrix
/// @param bias name of the vector [outputs]
/// @param inputs width of what comes in
/// @param outputs width of what goes out
/// @param inputMajor whether the matrix is stored [inputs, outputs], as gpt2 does, and not
///   [outputs, inputs]
public record Projection(
    String weight, Optional<String> bias, int inputs, int outputs, boolean inputMajor) {

  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>();
    long rows = inputMajor ? inputs : outputs;
    long columns = inputMajor ? outputs : inputs;
    all.add(new Parameter(weight, List.of(rows, columns)));
    bias.ifPresent(name -> all.add(new Parameter(name, List.of((long) outputs))));
    return all;
  }
}
