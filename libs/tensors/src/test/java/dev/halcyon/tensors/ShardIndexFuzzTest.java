package dev.halcyon.tensors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import com.code_intelligence.jazzer.mutation.annotation.WithLength;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes as an index: refused as an invalid checkpoint, or an index that names files of its own
/// folder and, where it fits the shards, only tensors that they hold.
final class ShardIndexFuzzTest {
  private static final Path FOLDER = Path.of("/models/m");
  private static final Map<String, SafetensorsHeader> SHARDS =
      Map.of("1.safetensors", header("a", "b"), "2.safetensors", header("c"));

  static Stream<Arguments> indexes() {
    return Stream.of(
            "{\"weight_map\":{\"a\":\"1.safetensors\",\"b\":\"1.safetensors\",\"c\":\"2.safetensors\"}}",
            "{\"weight_map\":{\"a\":\"1.safetensors\",\"c\":\"2.safetensors\"}}",
            "{\"weight_map\":{\"a\":\"../1.safetensors\"}}",
            "{\"weight_map\":{\"a\":\"/1.safetensors\"}}",
            "{\"metadata\":{\"total_size\":12},\"weight_map\":{\"c\":\"2.safetensors\"}}")
        .map(text -> Arguments.of((Object) text.getBytes(UTF_8)));
  }

  @MethodSource("indexes")
  @DictionaryFile(resourcePath = "fuzz/safetensors.dict")
  @FuzzTest(maxDuration = "4s")
  void isRefusedOrNamesFilesBesideIt(byte @NotNull @WithLength(max = 2000) [] json) {
    try {
      ShardIndex index = ShardIndex.parse("fuzz", json);
      assertThat(index.shards()).isNotEmpty().allSatisfy(ShardIndexFuzzTest::assertLiesInTheFolder);
      if (SHARDS.keySet().containsAll(index.shards())) {
        assertFitsOrIsRefused(index);
      }
    } catch (InvalidCheckpointException e) {
      assertThat(e).hasMessageStartingWith("[fuzz");
    }
  }

  private static void assertLiesInTheFolder(String shard) {
    assertThat(FOLDER.resolve(shard).normalize().getParent()).isEqualTo(FOLDER);
  }

  private static void assertFitsOrIsRefused(ShardIndex index) {
    Map<String, SafetensorsHeader> used =
        index.shards().stream().collect(Collectors.toMap(Function.identity(), SHARDS::get));
    index.check(used);
    Set<String> tensors = new TreeSet<>();
    used.forEach((shard, header) ->
        header.entries().keySet().stream()
            .filter(tensor -> index.assigns(shard, tensor))
            .forEach(tensors::add));
    assertThat(index.shardOf().keySet()).containsExactlyInAnyOrderElementsOf(tensors);
    index
        .shardOf()
        .forEach((tensor, shard) -> assertThat(used.get(shard).entries()).containsKey(tensor));
  }

  private static SafetensorsHeader header(String... tensors) {
    String json =
        Stream.of(tensors)
            .map(name -> "\"" + name + "\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}")
            .collect(Collectors.joining(",", "{", "}"));
    return SafetensorsHeader.parse("shard", json.getBytes(UTF_8), 8L + json.length());
  }
}
