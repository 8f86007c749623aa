package dev.halcyon.standalone;

import dev.halcyon.services.common.EnvironmentException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/// Ports of this machine's loopback address.
final class Ports {
  private Ports() {}

  /// A port that can be listened on now.
  ///
  /// @param wanted the port; 0 for any
  /// @throws EnvironmentException where it is taken
  static int free(int wanted) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted));
      return socket.getLocalPort();
    } catch (IOException | IllegalArgumentException e) {
      throw new EnvironmentException(
          "port %d is not available: %s; choose another".formatted(wanted, e.getMessage()), e);
    }
  }
}
