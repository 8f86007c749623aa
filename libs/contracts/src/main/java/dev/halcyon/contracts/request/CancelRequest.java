package dev.halcyon.contracts.request;

import dev.halcyon.contracts.json.InvalidMessageException;
import dev.halcyon.contracts.json.UserInput;
import java.util.regex.Pattern;

/// Asks for a job to be stopped: what has not begun of it does not begin.
///
/// @param cancel id of the job
@UserInput
public record CancelRequest(String cancel) implements UserRequest {
  private static final Pattern JOB_ID = Pattern.compile("[A-Za-z0-9]{1,64}");

  public CancelRequest {
    if (cancel == null || !JOB_ID.matcher(cancel).matches()) {
      throw new InvalidMessageException(
          "`cancel` takes the id of a job, as `halcyon status` shows it");
    }
  }
}
