package io.polaroid.store.internals;

import java.util.Collection;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.internals.RecordBatchingStateRestoreCallback;

/** The seam through which a store restores from whole records: the public callback leaves out their offsets. */
@FunctionalInterface
public interface RecordRestore extends RecordBatchingStateRestoreCallback {
    /** Takes in the next records of the changelog, in offset order. */
    @Override
    void restoreBatch(Collection<ConsumerRecord<byte[], byte[]>> records);
}
