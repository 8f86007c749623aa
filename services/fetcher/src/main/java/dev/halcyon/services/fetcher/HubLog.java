package dev.halcyon.services.fetcher;

import dev.halcyon.hub.HubException;
import dev.halcyon.hub.HubListener;
import dev.halcyon.services.common.JobContext;
import java.time.Duration;
import org.jboss.logging.Logger;

/// Logs failures of transfers from the Hub that a retry overcomes. Called by threads that were
/// started for a part of a transfer.
final class HubLog implements HubListener {
  private static final Logger LOG = Logger.getLogger(HubLog.class);

  @Override
  public void retrying(String what, Duration wait, HubException.Reason reason, String problem) {
    try (JobContext _ = JobContext.inherited()) {
      LOG.infof("%s: trying again in %d ms after %s", what, wait.toMillis(), problem);
    }
  }

  @Override
  public void replacedSlowConnection(String what) {
    try (JobContext _ = JobContext.inherited()) {
      LOG.debugf("%s: replaced a slow connection", what);
    }
  }

  @Override
  public void refreshedUrl(String what) {
    try (JobContext _ = JobContext.inherited()) {
      LOG.debugf("%s: asked for a new signed URL", what);
    }
  }
}
