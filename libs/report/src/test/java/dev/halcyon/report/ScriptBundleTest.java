package dev.halcyon.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ScriptBundleTest {
  @Test
  void aModuleIsAFunctionThatReturnsWhatItExports() {
    ScriptBundle bundle = new ScriptBundle();
    bundle.add("one", "const LEFT = 1;\nexport function a(x) {\n  return x;\n}\nexport class B {}");
    bundle.add("two", "import { a, B } from \"./one.js\";\na(new B());");

    assertThat(bundle.toString())
        .isEqualTo(
            """
            const oneModule = (() => {
            const LEFT = 1;
            function a(x) {
              return x;
            }
            class B {}
            return { a, B };
            })();
            const twoModule = (() => {
            const { a, B } = oneModule;
            a(new B());
            return {  };
            })();
            """);
  }

  @Test
  void otherFormsAreRefused() {
    assertThatThrownBy(() -> new ScriptBundle().add("one", "export default 1;"))
        .hasMessage("not a line that can be bundled: export default 1;");
  }
}
