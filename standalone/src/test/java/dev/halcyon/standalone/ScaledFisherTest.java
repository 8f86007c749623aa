package dev.halcyon.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.request.CompareRequest;
import dev.halcyon.contracts.results.DivergenceReport;
import dev.halcyon.contracts.results.FisherReport;
import dev.halcyon.contracts.results.Report;
import dev.halcyon.objectstore.DirectoryObjectStore;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.tensors.Checkpoint;
import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.SafetensorsWriter;
import dev.halcyon.tensors.Shape;
import dev.halcyon.tensors.TensorInfo;
import dev.halcyon.tensors.TensorSpec;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Fisher information and divergence of a checkpoint of 8-bit floats with a scale for each block,
/// which are those of the same values stored as BF16 and as F32.
class ScaledFisherTest {
  private static final Path EXAMPLE = Path.of("../examples/models/base").toAbsolutePath();
  private static final int BLOCK = 64;
  private static final int LARGEST_CODE = 0x7e;
  private static final double LARGEST_VALUE = 448;

  @TempDir private Path folder;

  /// A matrix as codes and scales, and the values that they stand for.
  private static final class Scaled {
    private final byte[] codes;

    /// Powers of two, so that no product is rounded in any of the types.
    private final float[] scales;

    private final float[] values;

    Scaled(byte[] codes, float[] scales, float[] values) {
      this.codes = codes;
      this.scales = scales;
      this.values = values;
    }
  }

  @Test
  void isThatOfTheSameValuesStoredAsBf16AndF32() throws IOException {
    Map<String, Scaled> scaled = new LinkedHashMap<>();
    Path codes = model("codes");
    Path bf16 = model("bf16");
    Path f32 = model("f32");
    try (Checkpoint example = Checkpoint.open(EXAMPLE)) {
      for (TensorInfo tensor : example.tensors()) {
        if (tensor.name().endsWith("_proj.weight")) {
          scaled.put(tensor.name(), scaled(values(example, tensor), tensor.shape()));
        }
      }
      assertThat(scaled).hasSize(56);
      writeCodes(codes, example, scaled);
      writeValues(bf16, example, scaled, DType.BF16);
      writeValues(f32, example, scaled, DType.F32);
    }

    Report expected = analyze(f32);
    for (Report found : List.of(analyze(codes), analyze(bf16))) {
      assertSameNumbers(fisher(found), fisher(expected));
      assertSameDivergence(divergence(found), divergence(expected));
    }
  }

  private static FisherReport fisher(Report report) {
    return report.fisher().getFirst().report();
  }

  private static DivergenceReport.FineTune divergence(Report report) {
    return report.divergence().orElseThrow().fineTunes().getFirst();
  }

  private static void assertSameDivergence(
      DivergenceReport.FineTune found, DivergenceReport.FineTune expected) {
    assertThat(found.measured()).isEqualTo(expected.measured());
    assertThat(found.measured().kl().value()).isPositive();
    assertThat(found.tensors()).isEqualTo(expected.tensors());
    assertThat(found.samples()).isEqualTo(expected.samples());
  }

  private static void assertSameNumbers(FisherReport found, FisherReport expected) {
    assertThat(found.total()).isEqualTo(expected.total());
    assertThat(found.total().sum()).isPositive();
    assertThat(found.samples()).isEqualTo(expected.samples());
    assertThat(found.layers()).isEqualTo(expected.layers());
    assertThat(found.components()).isEqualTo(expected.components());
    assertThat(found.parameters()).isEqualTo(expected.parameters());
    assertThat(found.unused()).isEmpty();
  }

  /// The model as a fine-tune of the example that it was rounded from.
  private Report analyze(Path model) throws IOException {
    String request =
        """
        {"base": "%s", "fine_tunes": ["%s"], "analyses": ["fisher", "divergence"],
         "fisher": {"models": ["ft1"], "samples": 2, "max_length": 32},
         "divergence": {"samples": 2, "max_length": 32, "nodes": 2, "fisher": false}}
        """
            .formatted(EXAMPLE, model);
    Path work = Files.createDirectory(folder.resolve(model.getFileName() + "-work"));
    try (ObjectStore store = new DirectoryObjectStore(work.resolve("store"))) {
      LocalServices.Surroundings given =
          new LocalServices.Surroundings(
              store,
              List.of(folder, EXAMPLE),
              work,
              new LocalSettings(Map.of("HALCYON_FISHER_THREADS", "1"), OptionalInt.empty()));
      JobOutcome outcome =
          LocalServices.run(
              given, Json.read(request.getBytes(UTF_8), CompareRequest.class), _ -> {});
      assertThat(outcome).isInstanceOf(JobOutcome.Ready.class);
      byte[] report = store.get(StoreKeys.report(((JobOutcome.Ready) outcome).jobId()));
      return Json.read(report, Report.class);
    }
  }

  private Path model(String name) throws IOException {
    Path model = Files.createDirectory(folder.resolve(name));
    for (String file : List.of("config.json", "tokenizer.json")) {
      Files.copy(EXAMPLE.resolve(file), model.resolve(file));
    }
    return model;
  }

  private static void writeCodes(Path model, Checkpoint example, Map<String, Scaled> scaled)
      throws IOException {
    Path config = model.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replaceFirst(
                "\\{",
                """
                {"quantization_config": {"quant_method": "fp8", "weight_block_size": [%d, %d]},
                """
                    .formatted(BLOCK, BLOCK)));
    List<TensorSpec> specs = new ArrayList<>();
    Map<String, MemorySegment> bytes = new LinkedHashMap<>();
    for (TensorInfo tensor : example.tensors()) {
      Scaled matrix = scaled.get(tensor.name());
      if (matrix == null) {
        specs.add(new TensorSpec(tensor.name(), tensor.dtype(), tensor.shape()));
        bytes.put(tensor.name(), MemorySegment.ofArray(example.bytes(tensor).toArray()));
      } else {
        String scales = tensor.name() + "_scale_inv";
        specs.add(new TensorSpec(tensor.name(), DType.F8_E4M3, tensor.shape()));
        bytes.put(tensor.name(), MemorySegment.ofArray(matrix.codes));
        specs.add(
            new TensorSpec(
                scales,
                DType.F32,
                Shape.of(across(tensor.shape().rows()), across(tensor.shape().columns()))));
        bytes.put(scales, MemorySegment.ofArray(matrix.scales));
      }
    }
    write(model, specs, bytes);
  }

  private static void writeValues(
      Path model, Checkpoint example, Map<String, Scaled> scaled, DType type) throws IOException {
    List<TensorSpec> specs = new ArrayList<>();
    Map<String, MemorySegment> bytes = new LinkedHashMap<>();
    for (TensorInfo tensor : example.tensors()) {
      Scaled matrix = scaled.get(tensor.name());
      float[] values = matrix == null ? values(example, tensor) : matrix.values;
      specs.add(new TensorSpec(tensor.name(), type, tensor.shape()));
      bytes.put(
          tensor.name(),
          type == DType.F32
              ? MemorySegment.ofArray(values)
              : MemorySegment.ofArray(halves(values)));
    }
    write(model, specs, bytes);
  }

  private static void write(Path model, List<TensorSpec> specs, Map<String, MemorySegment> bytes)
      throws IOException {
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(model.resolve("model.safetensors"), specs, Map.of())) {
      for (TensorSpec spec : specs) {
        writer.write(spec.name(), bytes.get(spec.name()));
      }
      writer.commit();
    }
  }

  /// The values of a BF16 tensor.
  private static float[] values(Checkpoint checkpoint, TensorInfo tensor) throws IOException {
    assertThat(tensor.dtype()).isEqualTo(DType.BF16);
    MemorySegment bytes = MemorySegment.ofArray(checkpoint.bytes(tensor).toArray());
    float[] values = new float[Math.toIntExact(tensor.shape().elements())];
    for (int i = 0; i < values.length; i++) {
      short half = bytes.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * i);
      values[i] = Float.intBitsToFloat(half << 16);
    }
    return values;
  }

  /// The upper halves of values whose lower ones are zero.
  private static short[] halves(float[] values) {
    short[] halves = new short[values.length];
    for (int i = 0; i < values.length; i++) {
      int bits = Float.floatToRawIntBits(values[i]);
      assertThat(bits & 0xffff).isZero();
      halves[i] = (short) (bits >>> 16);
    }
    return halves;
  }

  private static long across(long size) {
    return Math.ceilDiv(size, BLOCK);
  }

  private static Scaled scaled(float[] values, Shape shape) {
    int rows = Math.toIntExact(shape.rows());
    int columns = Math.toIntExact(shape.columns());
    int blocks = Math.toIntExact(across(columns));
    float[] scales = new float[Math.toIntExact(across(rows)) * blocks];
    for (int i = 0; i < values.length; i++) {
      int block = i / columns / BLOCK * blocks + i % columns / BLOCK;
      scales[block] = Math.max(scales[block], Math.abs(values[i]));
    }
    for (int block = 0; block < scales.length; block++) {
      int exponent = Math.getExponent(scales[block] / LARGEST_VALUE) + 1;
      scales[block] = (float) Math.scalb(1.0, exponent);
    }
    byte[] codes = new byte[values.length];
    float[] found = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      float scale = scales[i / columns / BLOCK * blocks + i % columns / BLOCK];
      codes[i] = nearest(values[i] / scale);
      found[i] = value(codes[i]) * scale;
    }
    return new Scaled(codes, scales, found);
  }

  private static byte nearest(float value) {
    int best = 0;
    for (int code = 1; code <= LARGEST_CODE; code++) {
      double distance = Math.abs(value((byte) code) - Math.abs(value));
      if (distance < Math.abs(value((byte) best) - Math.abs(value))) {
        best = code;
      }
    }
    return (byte) (value < 0 ? (best | 0x80) : best);
  }

  /// E4M3: a sign, four bits of exponent with a bias of 7, three of mantissa (Micikevicius et al.
  /// 2022, "FP8 formats for deep learning").
  private static float value(byte code) {
    int exponent = (code >> 3) & 0xf;
    int mantissa = code & 7;
    double magnitude =
        exponent == 0 ? Math.scalb(mantissa, -9) : Math.scalb(8 + mantissa, exponent - 10);
    return (float) (code < 0 ? -magnitude : magnitude);
  }
}
