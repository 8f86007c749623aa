package dev.halcyon.transformer.internal.blueprint;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Rules for fields of `config.json` that hold for every architecture.
final class CommonFields {
  /// Names and origins.
  private static final String BOOKKEEPING =
      """
      model_type auto_map custom_pipelines _name_or_path name_or_path _commit_hash _from_auto
      _auto_class model_name name author license description language tags pipeline_tag task
      library_name base_model base_model_name_or_path parent_model_name source revision
      unsloth_fixed unsloth_tokenizer is_llama_config is_qwen2_config is_starcoder2_config
      is_mistral_config *_version
      """;

  /// Element types and the choice among equal implementations.
  private static final String IMPLEMENTATION =
      """
      torch_dtype dtype params_dtype kv_cache_dtype fp16 bf16 fp32 tf32 use_bfloat16 half
      load_in_4bit load_in_8bit _pre_quantization_dtype
      attn_implementation _attn_implementation attn_implementation_internal
      _attn_implementation_internal _attn_implementation_autoset experts_implementation
      _experts_implementation _experts_implementation_internal attn_impl attention_implementation
      use_flash_attention use_flash_attention_2 use_flash_attn use_flash_attn_2 flash_attn
      flash_attention _flash_attn_2_enabled use_sdpa use_xformers use_memory_efficient_attention
      memory_efficient_attention use_triton use_kernels use_liger_kernel use_torch_compile
      torch_compile torchscript reorder_and_upcast_attn softmax_in_fp32 attention_softmax_in_fp32
      scale_attention_softmax_in_fp32 use_cache_quantization use_cache_kernel
      chunk_size_feed_forward fuse_norm fuse_swiglu fuse_cross_entropy fused_mlp fused_bias_fc
      fused_dropout_add_ln use_fused_rms_norm use_fused_rope use_fused_mlp use_fused_swiglu
      use_cut_cross_entropy output_attentions output_hidden_states output_scores output_logits
      output_router_logits return_dict return_dict_in_generate use_return_dict
      tie_last_hidden_states keys_to_ignore_at_inference
      """;

  /// Training.
  private static final String TRAINING =
      """
      *dropout *dropout_prob *dropout_rate *dropout_p *_pdrop layerdrop
      initializer_range initializer_factor init_std init_method init_device embedding_init_std
      gradient_checkpointing use_gradient_checkpointing gradient_checkpointing_kwargs
      gradient_checkpointing_policy activation_checkpointing use_reentrant_checkpointing
      pretraining_tp tensor_parallel_size sequence_parallel recompute fsdp fsdp_config deepspeed
      zero3 seed random_seed lr learning_rate weight_decay optimizer optim warmup_steps max_steps
      num_train_epochs train_batch_size batch_size micro_batch_size gradient_accumulation_steps
      max_grad_norm label_smoothing label_smoothing_factor loss_type loss_function ignore_index
      z_loss_weight z_loss_coefficient router_aux_loss_coef router_z_loss_coef
      neftune_noise_alpha lora_r lora_alpha lora_rank lora_bias lora_target_modules use_lora
      """;

  /// Generation and tokens.
  private static final String GENERATION =
      """
      use_cache output_past cache_implementation cache_config max_cache_len max_length min_length max_new_tokens
      min_new_tokens max_time do_sample early_stopping num_beams num_beam_groups diversity_penalty
      temperature top_k top_p min_p top_h typical_p epsilon_cutoff eta_cutoff repetition_penalty
      encoder_repetition_penalty presence_penalty frequency_penalty length_penalty penalty_alpha
      no_repeat_ngram_size encoder_no_repeat_ngram_size num_return_sequences bad_words_ids
      force_words_ids suppress_tokens begin_suppress_tokens sequence_bias guidance_scale
      exponential_decay_length_penalty remove_invalid_values renormalize_logits stop_strings
      low_memory token_healing constraints prompt_lookup_num_tokens num_assistant_tokens
      num_assistant_tokens_schedule assistant_confidence_threshold assistant_lookbehind
      target_lookbehind generation_config generation_kwargs
      *_token_id *_token_ids *_token_index *_token_idx *_token eod_id im_start_id im_end_id
      image_token_len tokenizer_class tokenizer_type tokenizer_name tokenizer_file chat_template
      chat_format prefix padding_side truncation_side legacy use_default_system_prompt
      clean_up_tokenization_spaces
      """;

  /// Other tasks than the next token; prediction of several tokens ahead.
  private static final String TASKS =
      """
      finetuning_task task_specific_params problem_type id2label label2id num_labels _num_labels
      use_labels classifier_activation summary_type summary_use_proj summary_activation
      summary_proj_to_labels n_special predict_special_tokens tie_encoder_decoder is_decoder
      cross_attention_hidden_size num_nextn_predict_layers num_mtp_layers num_mtp_modules
      mtp_num_layers mtp_num_hidden_layers mtp_loss_scaling_factor
      """;

  /// Lengths and sizes that repeat others; what tensors do not fit is refused all the same.
  private static final String SIZES =
      """
      max_position_embeddings max_sequence_length max_seq_length max_seq_len seq_length seq_len
      sequence_length train_seq_len training_seq_length model_max_length context_length
      context_window max_context_length max_context_len n_ctx n_positions max_window_layers
      max_batch_size num_layers n_layer n_layers n_head n_heads n_kv_heads num_heads num_kv_heads
      num_query_groups num_key_value_groups n_embd n_inner dim d_model d_ff d_kv embed_dim
      embedding_dim embedding_size hidden_dim head_size ffn_hidden_size kv_channels multiple_of
      ffn_dim_multiplier norm_eps layer_norm_eps layer_norm_epsilon layernorm_epsilon rms_norm_eps
      padded_vocab_size unpadded_vocab_size org_vocab_size original_vocab_size true_vocab_size
      pad_vocab_size_multiple make_vocab_size_divisible_by pad_to_multiple_of use_scaled_rope
      """;

  /// Export tools and other frameworks.
  private static final String FRAMEWORKS =
      """
      transformers.js_config neuron neuron_config onnx onnx_config openvino_config ov_config
      olive_config coreml_config gguf_file mlx_config litert_config mergekit_config axolotl_config
      """;

  /// Fields of rotary embeddings that transformers reads for other kinds, or never.
  private static final String ROTARY =
      """
      rope.type rope.rope_type rope.finetuned rope.factor rope.original_max_position_embeddings
      rope.max_position_embeddings rope.low_freq_factor rope.high_freq_factor rope.beta_fast
      rope.beta_slow rope.short_factor rope.long_factor rope.short_mscale rope.long_mscale
      rope.attention_factor rope.mscale rope.mscale_all_dim rope.truncate rope.mrope_section
      rope.mrope_interleaved rope.attn_factor rope.extrapolation_factor
      """;

  /// Fields that do change what a model computes, and their values where they do not.
  private static final String CHANGING =
      """
      is_causal                     true
      causal                        true
      is_encoder_decoder            off
      add_cross_attention           off
      use_bidirectional_attention   off
      bidirectional                 off
      pruned_heads                  off
      per_layer_config              off
      use_mrope                     off
      full_attn_mod                 1
      interpolate_factor            1
      attention_bias                off
      attention_out_bias            off
      attention_qkv_bias            off
      qkv_bias                      off
      use_qkv_bias                  off
      add_qkv_bias                  off
      o_proj_bias                   off
      mlp_bias                      off
      ffn_bias                      off
      bias                          off
      use_bias                      off
      no_bias                       true
      add_bias_linear               off
      norm_bias                     off
      lm_head_bias                  off
      qk_norm                       off
      use_qk_norm                   off
      qk_layernorm                  off
      qk_layer_norms                off
      use_qk_layernorm              off
      use_post_norm                 off
      use_stable_embedding          off
      scale_embedding               off
      normalize_embedding           off
      do_layer_norm_before          true
      apply_residual_connection_post_layernorm  off
      parallel_attn                 off
      parallel_residual             off
      use_parallel_residual         off
      new_decoder_architecture      off
      multi_query                   off
      sliding_window                off
      sliding_window_size           off
      sliding_window_pattern        off
      use_sliding_window            off
      window_size                   off
      attention_window              off
      attention_chunk_size          off
      attention_sinks               off
      num_sink_tokens               off
      rope_interleaved              off
      use_rope                      true
      no_rope_layers                off 1
      layer_types                   off full_attention
      no_rope_layer_interval        off
      nope_layer_interval           off
      position_embedding_type       rope rotary
      alibi                         off
      use_alibi                     off
      partial_rotary_factor         1
      rotary_pct                    1
      rotary_percent                1
      rope_pct                      1
      rope_percent                  1
      rope_scaling                  off
      clip_qkv                      off
      attn_logit_softcapping        off
      final_logit_softcapping       off
      query_pre_attn_scalar         off
      use_logn_attn                 off
      use_dynamic_ntk               off
      use_mup                       off
      scale_emb                     1
      embedding_multiplier          1
      embedding_scale               1
      residual_multiplier           1
      logits_scaling                1
      logit_scale                   1
      attention_multiplier          off
      num_experts                   off
      num_local_experts             off
      n_routed_experts              off
      moe_num_experts               off
      quantization                  off
      compression_config            off
      """;

  /// All of them.
  static final String RULES =
      Stream.of(BOOKKEEPING, IMPLEMENTATION, TRAINING, GENERATION, TASKS, SIZES, FRAMEWORKS, ROTARY)
              .map(CommonFields::harmless)
              .collect(Collectors.joining())
          + CHANGING;

  private CommonFields() {}

  /// Rules by which fields are harmless whatever they say.
  ///
  /// @param names separated by white space
  static String harmless(String names) {
    return Stream.of(names.strip().split("\\s+"))
        .map(name -> name + " *\n")
        .collect(Collectors.joining());
  }
}
