/// GGUF files, llama.cpp's format of models
/// (<https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>).
package dev.halcyon.tensors.gguf;
