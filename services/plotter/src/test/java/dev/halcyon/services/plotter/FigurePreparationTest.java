package dev.halcyon.services.plotter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class FigurePreparationTest {
  @Test
  void drawsAFigure() {
    FigurePreparation preparation = FigurePreparation.begin();
    assertThatCode(preparation::await).doesNotThrowAnyException();
  }

  @Test
  void whoeverWaitsGoesOnWhenTheFigureIsDrawn() throws InterruptedException {
    CountDownLatch mayDraw = new CountDownLatch(1);
    AtomicBoolean drawn = new AtomicBoolean();
    FigurePreparation preparation =
        FigurePreparation.begin(() -> {
          await(mayDraw);
          drawn.set(true);
        });
    AtomicBoolean drawnBefore = new AtomicBoolean();
    Thread waiting =
        Thread.ofPlatform()
            .start(() -> {
              preparation.await();
              drawnBefore.set(drawn.get());
            });
    mayDraw.countDown();
    waiting.join();
    assertThat(drawnBefore).isTrue();
  }

  @Test
  void everyoneIsToldWhyNothingCanBeDrawn() {
    UnsatisfiedLinkError reason = new UnsatisfiedLinkError("libfreetype.so.6: no such file");
    FigurePreparation preparation =
        FigurePreparation.begin(() -> {
          throw reason;
        });
    assertThatThrownBy(preparation::await).isSameAs(reason);
    assertThatThrownBy(preparation::await).isSameAs(reason);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
