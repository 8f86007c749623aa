package dev.halcyon.hub;

import dev.halcyon.hub.HubException.Reason;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;

/// Where a server may send the client.
///
/// A Hub on the open internet has no business with machines behind the client's firewall, nor with
/// plain HTTP; a Hub of one's own may have both. The address is looked up here and again when the
/// connection is made, so a name server that answers differently within that moment could still
/// lead elsewhere; over HTTPS the certificate stops that too.
final class RedirectPolicy {
  private final URI endpoint;
  private final HostAddresses addresses;

  RedirectPolicy(URI endpoint, HostAddresses addresses) {
    this.endpoint = endpoint;
    this.addresses = addresses;
  }

  /// The redirect's target, made absolute.
  ///
  /// @param what names the request in errors
  /// @param location the header, as the server sent it
  URI target(String what, URI from, String location) throws HubException {
    URI target = resolve(what, from, location);
    Origin origin = checkedOrigin(what, target);
    if (!origin.equals(Origin.of(from)) && !origin.equals(Origin.of(endpoint))) {
      checkScheme(what, origin);
      checkAddress(what, origin);
    }
    return target;
  }

  private static URI resolve(String what, URI from, String location) throws HubException {
    try {
      return from.resolve(new URI(location));
    } catch (URISyntaxException e) {
      // The cause would show the whole URL, signature and all.
      throw refused(what, "to something that is not a URL");
    }
  }

  private static Origin checkedOrigin(String what, URI target) throws HubException {
    String scheme = target.getScheme();
    boolean http = "http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme);
    if (!http || target.getHost() == null || target.getRawUserInfo() != null) {
      throw refused(what, "to something other than an HTTP address");
    }
    return Origin.of(target);
  }

  private void checkScheme(String what, Origin origin) throws HubException {
    if (!origin.scheme().equals("https") && !endpoint.getScheme().equals("http")) {
      throw refused(what, "from HTTPS to plain HTTP at " + origin.host());
    }
  }

  private void checkAddress(String what, Origin origin) throws HubException {
    if (isPublic(what, Origin.of(endpoint).host()) && !isPublic(what, origin.host())) {
      throw refused(
          what, "to " + origin.host() + ", which is on this machine or in a private network");
    }
  }

  private boolean isPublic(String what, String host) throws HubException {
    try {
      for (InetAddress address : addresses.of(host)) {
        if (!PublicAddress.is(address)) {
          return false;
        }
      }
      return true;
    } catch (UnknownHostException e) {
      throw new HubException(
          Reason.UNAVAILABLE, "[" + what + "] no address for the host " + host, e);
    }
  }

  private static HubException refused(String what, String where) {
    return new HubException(
        Reason.INVALID_RESPONSE,
        "["
            + what
            + "] the server redirects "
            + where
            + ": refused; check HF_ENDPOINT and the server there");
  }
}
