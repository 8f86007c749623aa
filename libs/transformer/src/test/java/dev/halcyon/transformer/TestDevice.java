package dev.halcyon.transformer;

/// The device that tests compute on: `cpu`, or what `-Dhalcyon.test.device=cuda:0` names on a
/// machine that has one.
final class TestDevice {
  static final String NAME = System.getProperty("halcyon.test.device", "cpu");

  private TestDevice() {}
}
