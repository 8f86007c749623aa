/// LoRA adapters as PEFT stores them: `adapter_config.json` and `adapter_model.safetensors`.
///
/// [AdapterConfig] and [AdapterTensors] read what an adapter says, from bytes and headers alone, so
/// that a repository on the Hub is read like a local [AdapterFolder]. [AdapterFit] holds it against
/// a base and says which tensors change and how; [LowRankDelta] and [LowRankSum] give the elements.
package dev.halcyon.tensors.adapters;
