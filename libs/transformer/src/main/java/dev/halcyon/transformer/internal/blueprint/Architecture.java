package dev.halcyon.transformer.internal.blueprint;

/// Reads the blueprint of one kind of model.
///
/// A field that is absent takes the default that transformers gives it.
interface Architecture {
  /// `model_type` in `config.json`.
  String modelType();

  Blueprint read(ModelConfig config, TensorNames names);

  /// Rules for fields that it does not read, as [FieldRules] has them; they win over the common
  /// ones.
  default String fieldRules() {
    return "";
  }
}
