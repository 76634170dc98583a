package io.polaroid.store.commit;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metrics.KafkaMetric;

/**
 * A producer that tells the thread's {@link CommitGate} of its transactions, and of one that it did not end when it is closed. A
 * class, not a proxy: it is called for each result.
 */
final class GatedProducer implements Producer<byte[], byte[]> {
    private final Producer<byte[], byte[]> producer;
    private final String transactionalId;
    private final UnendedTransactions unended;
    private boolean open;

    GatedProducer(Producer<byte[], byte[]> producer, String transactionalId, UnendedTransactions unended) {
        this.producer = producer;
        this.transactionalId = transactionalId;
        this.unended = unended;
    }

    // These two run on the stream thread, and before its first flush.
    @Override
    public void initTransactions() {
        CommitGate.install();
        unended.takeOver(transactionalId, producer::initTransactions);
    }

    @Override
    public void beginTransaction() {
        CommitGate.install();
        producer.beginTransaction();
        open = true;
    }

    @Override
    public void commitTransaction() {
        producer.commitTransaction();
        open = false;
        CommitGate.committed();
    }

    @Override
    public void abortTransaction() {
        producer.abortTransaction();
        open = false;
        CommitGate.aborted();
    }

    @Override
    public void sendOffsetsToTransaction(Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
        producer.sendOffsetsToTransaction(offsets, group);
    }

    @Override
    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> row) {
        return producer.send(row);
    }

    @Override
    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> row, Callback callback) {
        return producer.send(row, callback);
    }

    @Override
    public void flush() {
        producer.flush();
    }

    @Override
    public List<PartitionInfo> partitionsFor(String topic) {
        return producer.partitionsFor(topic);
    }

    @Override
    public Map<MetricName, ? extends Metric> metrics() {
        return producer.metrics();
    }

    @Override
    public void registerMetricForSubscription(KafkaMetric metric) {
        producer.registerMetricForSubscription(metric);
    }

    @Override
    public void unregisterMetricFromSubscription(KafkaMetric metric) {
        producer.unregisterMetricFromSubscription(metric);
    }

    @Override
    public Uuid clientInstanceId(Duration timeout) {
        return producer.clientInstanceId(timeout);
    }

    @Override
    public void close() {
        try {
            producer.close();
        } finally {
            closed();
        }
    }

    @Override
    public void close(Duration timeout) {
        try {
            producer.close(timeout);
        } finally {
            closed();
        }
    }

    // A close may have aborted it, or not: it does not say.
    private void closed() {
        if (open) {
            open = false;
            unended.left(transactionalId);
        }
    }

    @Override
    public String toString() {
        return "gated " + producer;
    }
}
