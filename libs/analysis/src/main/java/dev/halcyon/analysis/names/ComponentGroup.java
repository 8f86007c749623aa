package dev.halcyon.analysis.names;

/// The function of a tensor in the network.
public enum ComponentGroup {
  EMBEDDING,
  NORM,
  ATTENTION,
  MLP,
  HEAD,
  OTHER
}
