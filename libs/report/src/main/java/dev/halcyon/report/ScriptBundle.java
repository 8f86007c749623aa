package dev.halcyon.report;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Modules of JavaScript as one script, since modules in one file cannot import each other. Each
/// becomes a function that returns what it exports.
///
/// An import or the beginning of an export is a line of its own: `import { a, b } from
/// "./name.js";`, `export function a(`, `export class A`, `export const a`.
final class ScriptBundle {
  private static final Pattern IMPORT =
      Pattern.compile("import (\\{[^}]*}) from \"\\./(\\w+)\\.js\";");
  private static final Pattern EXPORT =
      Pattern.compile("export ((?:async )?(?:function|class|const) (\\w+).*)");

  private final StringBuilder script = new StringBuilder();

  /// @param name of the module's file without its ending
  void add(String name, String module) {
    List<String> exports = new ArrayList<>();
    script.append("const ").append(variable(name)).append(" = (() => {\n");
    module.lines().forEach(line -> script.append(line(line, exports)).append('\n'));
    script.append("return { ").append(String.join(", ", exports)).append(" };\n})();\n");
  }

  private static String line(String line, List<String> exports) {
    Matcher imported = IMPORT.matcher(line);
    if (imported.matches()) {
      return "const " + imported.group(1) + " = " + variable(imported.group(2)) + ";";
    }
    Matcher exported = EXPORT.matcher(line);
    if (exported.matches()) {
      exports.add(exported.group(2));
      return exported.group(1);
    }
    if (line.startsWith("import ") || line.startsWith("export ")) {
      throw new IllegalArgumentException("not a line that can be bundled: " + line);
    }
    return line;
  }

  private static String variable(String name) {
    return name + "Module";
  }

  @Override
  public String toString() {
    return script.toString();
  }
}
