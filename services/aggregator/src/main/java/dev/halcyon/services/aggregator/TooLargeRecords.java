package dev.halcyon.services.aggregator;

import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.jboss.logging.Logger;

/// Leaves out a record that the broker finds too large, which no retry makes smaller, and says so;
/// anything else rolls the transaction back.
public final class TooLargeRecords implements ProductionExceptionHandler {
  private static final Logger LOG = Logger.getLogger(TooLargeRecords.class);

  @Override
  public Response handleError(
      ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception failure) {
    if (failure instanceof RecordTooLargeException) {
      LOG.errorf(
          "a record of %d bytes for %s is dropped; its input is %s-%d@%d: %s",
          record.value() == null ? 0 : record.value().length,
          record.topic(),
          context.topic(),
          context.partition(),
          context.offset(),
          failure.getMessage());
      return Response.resume();
    }
    return Response.fail();
  }

  @Override
  public void configure(Map<String, ?> settings) {}
}
