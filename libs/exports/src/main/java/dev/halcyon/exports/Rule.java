package dev.halcyon.exports;

/// Which of some ranked tensors are chosen.
public sealed interface Rule {
  /// Without a rule, a quarter of the parameters.
  Rule DEFAULT = new Top(0.25);

  /// The tensors with the largest scores that together hold at least a share of the elements.
  ///
  /// @param share over 0, up to 1
  record Top(double share) implements Rule {
    public Top {
      if (!(share > 0 && share <= 1)) {
        throw new IllegalArgumentException("a share is over 0 and up to 1, not " + share);
      }
    }

    @Override
    public String toString() {
      return "the largest that hold " + share + " of the elements";
    }
  }

  /// The tensors with a score of at least so much.
  record AtLeast(double score) implements Rule {
    public AtLeast {
      if (!Double.isFinite(score)) {
        throw new IllegalArgumentException("a threshold is a finite number, not " + score);
      }
    }

    @Override
    public String toString() {
      return "those of at least " + score;
    }
  }
}
