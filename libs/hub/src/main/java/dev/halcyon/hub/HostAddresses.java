package dev.halcyon.hub;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/// Looks up a host's addresses.
@FunctionalInterface
public interface HostAddresses {
  /// All addresses of a host.
  ///
  /// @throws UnknownHostException where there is no such host
  List<InetAddress> of(String host) throws UnknownHostException;

  /// As this machine resolves names.
  static HostAddresses system() {
    return host -> List.of(InetAddress.getAllByName(host));
  }
}
