package dev.halcyon.transformer.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.EngineException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TorchDeviceTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity"
            + " of 139 GiB",
        "CUDA error: out of memory",
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "[enforce fail at alloc_cpu.cpp:119] DefaultCPUAllocator: can't allocate memory"
      })
  void allOfPyTorchsWordsForNoMemoryAreUnderstood(String line) {
    String message =
        "The following operation failed in the TorchScript interpreter.\n"
            + "Traceback of TorchScript (most recent call last):\n  "
            + line
            + "\n";
    assertThat(TorchDevice.lackOfMemory(new EngineException(message))).contains(line);
  }

  @Test
  void otherErrorsAreNoLackOfMemory() {
    assertThat(TorchDevice.lackOfMemory(new EngineException("CUDA error: invalid device ordinal")))
        .isEmpty();
  }
}
