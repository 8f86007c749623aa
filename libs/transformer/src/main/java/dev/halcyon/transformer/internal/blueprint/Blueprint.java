package dev.halcyon.transformer.internal.blueprint;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A decoder model as data: what is computed, and from which tensors of the checkpoint.
///
/// @param architecture `model_type` of the config
/// @param vocabulary rows of the embedding and of the head
/// @param hidden width of the residual stream
/// @param tokens name of the embedding [vocabulary, hidden]
/// @param embeddingScale factor on embedded tokens
/// @param positions learned position embeddings, where the model has them
/// @param layers first to last
/// @param finalNorm before the head
/// @param head name of the output matrix [vocabulary, hidden]; empty where it is the embedding
/// @param logitCap c of `c tanh(logits / c)`, 0 for none
public record Blueprint(
    String architecture,
    int vocabulary,
    int hidden,
    String tokens,
    double embeddingScale,
    Optional<Positions> positions,
    List<Layer> layers,
    Norm finalNorm,
    Optional<String> head,
    double logitCap) {
  public Blueprint {
    layers = List.copyOf(layers);
  }

  /// Learned position embeddings.
  ///
  /// @param name of the tensor [length, hidden]
  /// @param length longest sequence
  public record Positions(String name, int length) {}

  /// The same with the first so many tokens only.
  public Blueprint withVocabulary(int tokensKept) {
    return new Blueprint(
        architecture,
        tokensKept,
        hidden,
        tokens,
        embeddingScale,
        positions,
        layers,
        finalNorm,
        head,
        logitCap);
  }

  /// Whether the head is the embedding.
  public boolean tied() {
    return head.isEmpty();
  }

  /// The tensor that turns hidden states into logits.
  public String headName() {
    return head.orElse(tokens);
  }

  public Parameter embedding() {
    return new Parameter(tokens, List.of((long) vocabulary, (long) hidden));
  }

  public Parameter headParameter() {
    return new Parameter(headName(), List.of((long) vocabulary, (long) hidden));
  }

  public Optional<Parameter> positionParameter() {
    return positions.map(p -> new Parameter(p.name(), List.of((long) p.length(), (long) hidden)));
  }

  /// Every parameter once, from the embedding to the head.
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>();
    all.add(embedding());
    positionParameter().ifPresent(all::add);
    layers.forEach(layer -> all.addAll(layer.parameters()));
    all.addAll(finalNorm.parameters());
    head.ifPresent(name -> all.add(headParameter()));
    return all;
  }

  /// Elements of all parameters.
  public long elements() {
    return parameters().stream().mapToLong(Parameter::elements).sum();
  }
}
