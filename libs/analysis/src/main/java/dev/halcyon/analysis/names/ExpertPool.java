package dev.halcyon.analysis.names;

import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Where a table of components shows experts. Of a mixture of many experts each would be a row that
/// nobody could read: they share the place of their component, as `mlp.experts.*.up_proj`.
public final class ExpertPool {
  /// More experts than this share a place.
  public static final int MOST_EXPERTS = 16;

  private static final Pattern EXPERT = Pattern.compile("(?<=(?:^|\\.)experts\\.)\\d+(?=\\.)");

  private final boolean pooled;

  /// @param components of all tensors
  public ExpertPool(Collection<String> components) {
    this.pooled =
        components.stream().flatMap(ExpertPool::expert).distinct().limit(MOST_EXPERTS + 1).count()
            > MOST_EXPERTS;
  }

  private static Stream<String> expert(String component) {
    return EXPERT.matcher(component).results().map(result -> result.group());
  }

  /// Whether a place may hold several tensors.
  public boolean arePooled() {
    return pooled;
  }

  /// The place of a component.
  public String place(String component) {
    Matcher expert = EXPERT.matcher(component);
    return pooled ? expert.replaceAll("*") : component;
  }
}
