package dev.halcyon.hub;

import java.net.Inet6Address;
import java.net.InetAddress;

/// Tells addresses of the open internet from those of machines and networks of one's own, after
/// IANA's special-purpose registries (RFC 6890).
final class PublicAddress {
  private PublicAddress() {}

  static boolean is(InetAddress address) {
    if (address.isLoopbackAddress()
        || address.isAnyLocalAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()) {
      return false;
    }
    byte[] bytes = address.getAddress();
    return address instanceof Inet6Address ? isPublic6(bytes) : isPublic4(bytes, 0);
  }

  private static boolean isPublic4(byte[] bytes, int at) {
    int first = bytes[at] & 0xff;
    int second = bytes[at + 1] & 0xff;
    int third = bytes[at + 2] & 0xff;
    boolean thisNetwork = first == 0;
    boolean privateUse =
        first == 10 || (first == 172 && (second & 0xf0) == 16) || (first == 192 && second == 168);
    boolean loopbackOrLink = first == 127 || (first == 169 && second == 254);
    boolean sharedByCarriers = first == 100 && (second & 0xc0) == 64;
    boolean protocolAssignments = first == 192 && second == 0 && third == 0;
    boolean benchmarking = first == 198 && (second & 0xfe) == 18;
    boolean multicastOrReserved = first >= 224;
    return !(thisNetwork
        || privateUse
        || loopbackOrLink
        || sharedByCarriers
        || protocolAssignments
        || benchmarking
        || multicastOrReserved);
  }

  private static boolean isPublic6(byte[] bytes) {
    boolean uniqueLocal = (bytes[0] & 0xfe) == 0xfc;
    if (uniqueLocal) {
      return false;
    }
    return carriesIpv4(bytes) ? isPublic4(bytes, 12) : true;
  }

  /// Whether an IPv4 address stands in the last four bytes: compatible (`::/96`), mapped
  /// (`::ffff:0:0/96`) or translated (`64:ff9b::/96`).
  private static boolean carriesIpv4(byte[] bytes) {
    boolean translated = bytes[0] == 0 && bytes[1] == 0x64 && (bytes[2] & 0xff) == 0xff;
    return translated || zero(bytes, 0, 10);
  }

  private static boolean zero(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
