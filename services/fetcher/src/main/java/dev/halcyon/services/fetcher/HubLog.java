package dev.halcyon.services.fetcher;

import dev.halcyon.hub.HubException;
import dev.halcyon.hub.HubListener;
import java.time.Duration;
import org.jboss.logging.Logger;

/// Logs what goes wrong on the way from the Hub and is overcome.
final class HubLog implements HubListener {
  private static final Logger LOG = Logger.getLogger(HubLog.class);

  @Override
  public void retrying(String what, Duration wait, HubException.Reason reason, String problem) {
    LOG.infof("%s: trying again in %d ms after %s", what, wait.toMillis(), problem);
  }

  @Override
  public void replacedSlowConnection(String what) {
    LOG.debugf("%s: replaced a slow connection", what);
  }

  @Override
  public void refreshedUrl(String what) {
    LOG.debugf("%s: asked for a new signed URL", what);
  }
}
