package dev.halcyon.transformer;

/// The device asked for cannot be used on this machine; whoever set the machine up must act.
public final class DeviceUnavailableException extends RuntimeException {
  public DeviceUnavailableException(String message) {
    super(message);
  }

  public DeviceUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
