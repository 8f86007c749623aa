package dev.halcyon.analysis.names;

/// What a tensor is for.
public enum ComponentGroup {
  EMBEDDING,
  NORM,
  ATTENTION,
  MLP,
  HEAD,
  OTHER
}
