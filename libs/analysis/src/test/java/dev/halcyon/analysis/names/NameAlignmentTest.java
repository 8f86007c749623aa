package dev.halcyon.analysis.names;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.analysis.names.NameAlignment.Aligned;
import dev.halcyon.analysis.names.NameAlignment.Renaming;
import dev.halcyon.tensors.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NameAlignmentTest {
  private static final long HIDDEN = 16;

  /// A decoder; those of two sizes have no matrix of the same shape.
  private static Map<String, Shape> decoder(String at, long hidden, String... further) {
    Map<String, Shape> tensors = new LinkedHashMap<>();
    tensors.put(at + "embed_tokens.weight", Shape.of(100, hidden));
    for (int layer = 0; layer < 2; layer++) {
      String in = at + "layers." + layer + ".";
      tensors.put(in + "self_attn.q_proj.weight", Shape.of(hidden, hidden));
      tensors.put(in + "self_attn.k_proj.weight", Shape.of(hidden / 2, hidden));
      tensors.put(in + "mlp.down_proj.weight", Shape.of(hidden, 3 * hidden));
      tensors.put(in + "input_layernorm.weight", Shape.of(hidden));
    }
    tensors.put(at + "norm.weight", Shape.of(hidden));
    for (String name : further) {
      tensors.put(name, Shape.of(100, hidden));
    }
    return tensors;
  }

  private static Map<String, Shape> tower(String at) {
    Map<String, Shape> tensors = new LinkedHashMap<>();
    for (int layer = 0; layer < 12; layer++) {
      String in = at + "encoder.layers." + layer + ".";
      tensors.put(in + "self_attn.q_proj.weight", Shape.of(HIDDEN, HIDDEN));
      tensors.put(in + "self_attn.out_proj.weight", Shape.of(HIDDEN, HIDDEN));
      tensors.put(in + "mlp.fc1.weight", Shape.of(4 * HIDDEN, HIDDEN));
      tensors.put(in + "layer_norm1.weight", Shape.of(HIDDEN));
    }
    return tensors;
  }

  private static Map<String, Shape> both(Map<String, Shape> one, Map<String, Shape> other) {
    Map<String, Shape> all = new LinkedHashMap<>(one);
    all.putAll(other);
    return all;
  }

  private static Map<String, Shape> renamed(
      Map<String, Shape> tensors, UnaryOperator<String> name) {
    Map<String, Shape> renamed = new LinkedHashMap<>();
    tensors.forEach((key, shape) -> renamed.put(name.apply(key), shape));
    return renamed;
  }

  @ParameterizedTest
  @CsvSource({
    "transformer., ''",
    "module., ''",
    "_orig_mod., ''",
    "base_model.model., ''",
    "language_model., ''",
    "thinker., ''",
    "'', module.",
    "module., _orig_mod.",
    "base_model.model.module., _orig_mod.",
    "any.thing., ''"
  })
  void aWrapperIsTakenOffOrPutInAnothersPlace(String ofNames, String ofKeys) {
    Map<String, Shape> plain = decoder("model.", HIDDEN, "lm_head.weight");
    Map<String, Shape> known = renamed(plain, name -> ofKeys + name);

    Aligned aligned = NameAlignment.of(known, renamed(plain, name -> ofNames + name));

    assertThat(aligned.renamings()).containsExactly(new Renaming(ofNames, ofKeys));
    assertThat(aligned.keys().values()).containsExactlyElementsOf(known.keySet());
    assertThat(aligned.keys())
        .containsEntry(ofNames + "model.norm.weight", ofKeys + "model.norm.weight");
  }

  @Test
  void namesThatAreAlikeStay() {
    Map<String, Shape> known = decoder("model.", HIDDEN, "lm_head.weight");

    Aligned aligned = NameAlignment.of(known, both(known, tower("visual.")));

    assertThat(aligned.renamings()).isEmpty();
    assertThat(aligned.keys()).allSatisfy((name, key) -> assertThat(key).isEqualTo(name));
  }

  @Test
  void theHeadMayStayWhereItIs() {
    Aligned aligned =
        NameAlignment.of(
            decoder("model.", HIDDEN, "lm_head.weight"),
            both(
                decoder("model.language_model.", HIDDEN, "lm_head.weight"),
                tower("model.visual.")));

    assertThat(aligned.renamings())
        .containsExactly(new Renaming("model.language_model.", "model."));
    assertThat(aligned.keys())
        .containsEntry("lm_head.weight", "lm_head.weight")
        .containsEntry("model.language_model.norm.weight", "model.norm.weight")
        .containsEntry(
            "model.visual.encoder.layers.0.mlp.fc1.weight",
            "model.visual.encoder.layers.0.mlp.fc1.weight");
  }

  /// The layouts of one model of images and text before and after it was moved below `model.`.
  @Test
  void eachTowerMayHaveAPrefixOfItsOwn() {
    Map<String, Shape> before =
        both(
            decoder("language_model.model.", HIDDEN, "language_model.lm_head.weight"),
            tower("vision_tower."));
    Map<String, Shape> after =
        both(
            decoder("model.language_model.", HIDDEN, "lm_head.weight"),
            tower("model.vision_tower."));

    Aligned aligned = NameAlignment.of(before, after);

    assertThat(aligned.keys().values()).containsExactlyInAnyOrderElementsOf(before.keySet());
    assertThat(aligned.keys()).containsEntry("lm_head.weight", "language_model.lm_head.weight");
    assertThat(aligned.renamings())
        .containsExactly(
            new Renaming("model.", ""),
            new Renaming("model.language_model.", "language_model.model."),
            new Renaming("", "language_model."));
  }

  @Test
  void aTensorOfAnotherShapeFollowsTheOthers() {
    Map<String, Shape> names = decoder("module.model.", HIDDEN);
    names.put("module.model.embed_tokens.weight", Shape.of(120, HIDDEN));

    assertThat(NameAlignment.of(decoder("model.", HIDDEN), names).keys())
        .containsEntry("module.model.embed_tokens.weight", "model.embed_tokens.weight");
  }

  @Test
  void aTensorWithoutAPartnerLosesThePrefixToo() {
    Map<String, Shape> names = decoder("module.model.", HIDDEN, "module.extra.weight");

    assertThat(NameAlignment.of(decoder("model.", HIDDEN), names).keys())
        .containsEntry("module.extra.weight", "extra.weight");
  }

  @Test
  void modelsOfOtherSizesAreNotPaired() {
    Aligned aligned =
        NameAlignment.of(decoder("model.", HIDDEN), decoder("language_model.model.", 2 * HIDDEN));

    assertThat(aligned.renamings()).isEmpty();
  }

  /// Its layers have a few names and shapes of the decoder's.
  @Test
  void aTowerThatIsNoDecoderIsNotTakenForOne() {
    assertThat(NameAlignment.of(decoder("model.", HIDDEN), tower("vision.")).renamings()).isEmpty();
    assertThat(
            NameAlignment.of(
                    decoder("model.", HIDDEN),
                    both(tower("vision."), decoder("model.", 2 * HIDDEN)))
                .renamings())
        .isEmpty();
  }

  @Test
  void ofTwoThatFitNeitherIsTaken() {
    Aligned aligned =
        NameAlignment.of(
            decoder("model.", HIDDEN), both(decoder("one.", HIDDEN), decoder("two.", HIDDEN)));

    assertThat(aligned.renamings()).isEmpty();
  }

  @Test
  void oneTensorIsNotEnoughForAPrefixInAnothersPlace() {
    Aligned aligned =
        NameAlignment.of(
            Map.of("model.norm.weight", Shape.of(HIDDEN)),
            Map.of("visual.norm.weight", Shape.of(HIDDEN)));

    assertThat(aligned.renamings()).isEmpty();
  }
}
