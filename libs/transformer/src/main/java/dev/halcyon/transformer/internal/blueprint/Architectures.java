package dev.halcyon.transformer.internal.blueprint;

import dev.halcyon.transformer.UnsupportedModelException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// All architectures that are computed.
public final class Architectures {
  private static final List<Architecture> ALL =
      List.of(
          new Llama(),
          new Mistral(),
          new Qwen2(),
          new Qwen3(),
          new Gpt2(),
          new GptNeox(),
          new Gemma2(),
          new Gemma3Text(),
          new Phi3(),
          new Olmo2());

  private static final Map<String, Architecture> BY_TYPE =
      ALL.stream()
          .collect(Collectors.toUnmodifiableMap(Architecture::modelType, Function.identity()));

  /// Fields that do not change what a model computes: names, tokens' roles, training, generation,
  /// the choice among equal implementations, and heads for other tasks.
  private static final Set<String> HARMLESS =
      Set.of(
          ("model_type architectures transformers_version torch_dtype dtype _name_or_path"
               + " name_or_path auto_map _commit_hash use_cache cache_implementation bos_token_id"
               + " eos_token_id pad_token_id sep_token_id decoder_start_token_id"
               + " forced_bos_token_id forced_eos_token_id bad_words_ids begin_suppress_tokens"
               + " suppress_tokens tokenizer_class prefix unk_token_id eod_token_id"
               + " attention_dropout hidden_dropout resid_pdrop embd_pdrop attn_pdrop"
               + " classifier_dropout initializer_range initializer_factor gradient_checkpointing"
               + " pretraining_tp max_position_embeddings n_ctx attn_implementation"
               + " _attn_implementation attn_implementation_internal _attn_implementation_autoset"
               + " _flash_attn_2_enabled use_flash_attention reorder_and_upcast_attn"
               + " output_attentions output_hidden_states return_dict return_dict_in_generate"
               + " output_scores is_encoder_decoder is_decoder chunk_size_feed_forward torchscript"
               + " tie_encoder_decoder use_bfloat16 cross_attention_hidden_size finetuning_task"
               + " task_specific_params problem_type id2label label2id num_labels"
               + " keys_to_ignore_at_inference max_length min_length do_sample early_stopping"
               + " num_beams num_beam_groups diversity_penalty temperature top_k top_p typical_p"
               + " repetition_penalty length_penalty no_repeat_ngram_size"
               + " encoder_no_repeat_ngram_size num_return_sequences"
               + " exponential_decay_length_penalty remove_invalid_values renormalize_logits"
               + " max_new_tokens summary_type summary_use_proj summary_activation"
               + " summary_proj_to_labels summary_first_dropout is_llama_config"
               + " transformers.js_config tie_last_hidden_states")
              .split(" "));

  private Architectures() {}

  /// Reads the blueprint of the config's architecture.
  ///
  /// @throws UnsupportedModelException where the architecture, a field of the config or a
  ///   combination of fields is not supported
  public static Blueprint read(ModelConfig config, TensorNames names) {
    String type =
        config
            .text("model_type")
            .orElseThrow(() -> config.problem("model_type", "is missing. " + supported()));
    Architecture architecture = BY_TYPE.get(type);
    if (architecture == null) {
      throw config.problem("model_type", "is " + type + ". " + supported());
    }
    refuseEverywhere(config);
    Blueprint blueprint = architecture.read(config, names);
    config.refuseUnread(HARMLESS);
    return blueprint;
  }

  /// A sentence that lists the architectures.
  static String supported() {
    return "Supported architectures: "
        + ALL.stream().map(Architecture::modelType).collect(Collectors.joining(", "));
  }

  private static void refuseEverywhere(ModelConfig config) {
    if (config.has("quantization_config")) {
      throw config.problem("quantization_config", "is set: quantised weights are not supported");
    }
    config.requireOff("add_cross_attention");
    config.requireOff("use_bidirectional_attention");
    if (config.has("pruned_heads") && config.object("pruned_heads").isPresent()) {
      config.object("pruned_heads").get().refuseUnread(Set.of());
    }
  }
}
