package dev.halcyon.hub;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/// What went wrong between here and the Hub. The message names the repository and says what to do;
/// it never holds a token or the query of a signed URL.
public final class HubException extends IOException {
  private final Reason reason;
  private final Duration retryAfter;

  /// Why, classed by who must act.
  public enum Reason {
    /// No such repository, or one that this token may not see: the user checks name and token.
    REPOSITORY_NOT_FOUND(Action.USER),
    /// No such branch, tag or commit: the user checks the revision.
    REVISION_NOT_FOUND(Action.USER),
    /// The repository has no such file: the user checks what it holds.
    ENTRY_NOT_FOUND(Action.USER),
    /// Terms are to be accepted on the repository's page first.
    GATED(Action.USER),
    /// The Hub has switched the repository off: nobody can read it.
    DISABLED(Action.USER),
    /// The Hub does not know the token: the user makes a new one.
    WRONG_TOKEN(Action.USER),
    /// The token is known and may not do this.
    FORBIDDEN(Action.USER),
    /// The network is switched off by `HF_HUB_OFFLINE`, and the cache does not hold what is asked.
    OFFLINE(Action.USER),
    /// The Hub asks for a longer wait than is tried: later, or with a token.
    RATE_LIMITED(Action.TRANSIENT),
    /// No answer, a broken one, or an error of the server, after all retries.
    UNAVAILABLE(Action.TRANSIENT),
    /// The server does not speak the Hub's protocol, or does so in bad faith: the user checks the
    /// endpoint.
    INVALID_RESPONSE(Action.USER),
    /// The bytes are not the ones that the Hub's listing describes.
    INTEGRITY(Action.TRANSIENT);

    private final Action action;

    Reason(Action action) {
      this.action = action;
    }

    /// Who must act.
    public Action action() {
      return action;
    }
  }

  /// Who must act.
  public enum Action {
    /// Trying again helps only after the user has changed something.
    USER,
    /// Trying again later may help.
    TRANSIENT
  }

  HubException(Reason reason, String message) {
    this(reason, message, null);
  }

  HubException(Reason reason, String message, Throwable cause) {
    this(reason, message, cause, null);
  }

  HubException(Reason reason, String message, Throwable cause, Duration retryAfter) {
    super(message, cause);
    this.reason = requireNonNull(reason, "reason is null");
    this.retryAfter = retryAfter;
  }

  public Reason reason() {
    return reason;
  }

  /// Whether trying again later may help.
  public boolean isTransient() {
    return reason.action() == Action.TRANSIENT;
  }

  /// How long the server asked to wait, where it did.
  Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
