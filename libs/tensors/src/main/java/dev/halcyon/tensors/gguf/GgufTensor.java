package dev.halcyon.tensors.gguf;

import dev.halcyon.tensors.Shape;

/// A tensor of a GGUF file.
///
/// @param name of it
/// @param type of its elements
/// @param shape rows before columns, as a checkpoint has it
/// @param offset of its first byte in the file
/// @param bytes that it takes
public record GgufTensor(String name, GgufType type, Shape shape, long offset, long bytes) {}
