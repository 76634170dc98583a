package io.polaroid.bench.flink;

import io.polaroid.bench.workload.AvroBytes;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A result record. Public fields and an empty constructor: a plain object by Flink's rules. */
public final class KeyedValue {
    /** The series. */
    public String symbol = "";

    /** Record time. */
    public long millis;

    /** Record value. */
    public byte[] value = {};

    /** A record to be filled. */
    public KeyedValue() {}

    static KeyedValue of(String symbol, long millis, byte[] value) {
        var record = new KeyedValue();
        record.symbol = symbol;
        record.millis = millis;
        record.value = value;
        return record;
    }

    /** Makes producer records. */
    static final class Serializer implements KafkaRecordSerializationSchema<KeyedValue> {
        private static final long serialVersionUID = 1;
        private final String topic;

        Serializer(String topic) {
            this.topic = topic;
        }

        @Override
        public ProducerRecord<byte[], byte[]> serialize(KeyedValue record, KafkaSinkContext context, Long timestamp) {
            return new ProducerRecord<>(topic, null, record.millis, AvroBytes.key(record.symbol), record.value);
        }
    }
}
