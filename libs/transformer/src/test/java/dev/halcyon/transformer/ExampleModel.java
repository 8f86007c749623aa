package dev.halcyon.transformer;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;

/// The small trained models under `examples/models`.
enum ExampleModel {
  BASE,
  BIBLE,
  PYTHON;

  /// Folder of the checkpoint. Tests run in the module's folder.
  Path folder() {
    return Path.of("../../examples/models", label());
  }

  GoldenValues golden() throws URISyntaxException {
    String file = "examples/" + label() + ".safetensors";
    return new GoldenValues(Path.of(ExampleModel.class.getResource(file).toURI()));
  }

  private String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
