package dev.halcyon.exports;

/// A model that results are about.
///
/// @param name `base`, `ft1`, …
/// @param source its folder, or its name on the Hub
/// @param digest of its content
public record ResultModel(String name, String source, String digest) {}
