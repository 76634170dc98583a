package io.polaroid.bench.flink;

import io.polaroid.bench.child.FirstRow;
import io.polaroid.bench.child.Guarantee;
import io.polaroid.bench.child.Task;
import io.polaroid.bench.workload.InputRow;
import java.time.Duration;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerConfig;

/** Sources and sinks of the task's topics. */
final class Topics {
    private Topics() {}

    static DataStream<InputRow> trades(StreamExecutionEnvironment environment, Task task) {
        return rows(environment, task, task.trades(), new Trades());
    }

    static DataStream<InputRow> quotes(StreamExecutionEnvironment environment, Task task) {
        return rows(environment, task, task.quotes(), new Quotes());
    }

    private static DataStream<InputRow> rows(
            StreamExecutionEnvironment environment,
            Task task,
            String topic,
            KafkaRecordDeserializationSchema<InputRow> decoder) {
        var source = KafkaSource.<InputRow>builder()
                .setBootstrapServers(task.bootstrap())
                .setTopics(topic)
                .setGroupId(task.application())
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setProperty(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "5000")
                .setProperty(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "10")
                .setProperty(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG, FirstRow.class.getName())
                .setDeserializer(decoder);
        if (task.bounded()) {
            source.setBounded(OffsetsInitializer.latest());
        }
        // Per partition: strategies given to a source are split-aware.
        var times = WatermarkStrategy.<InputRow>forBoundedOutOfOrderness(Duration.ofMillis(task.disorderMillis()))
                .withTimestampAssigner((row, timestamp) -> row.millis);
        return environment.fromSource(source.build(), times, topic);
    }

    static KafkaSink<KeyedValue> results(Task task) {
        var properties = new Properties();
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        properties.put(ProducerConfig.LINGER_MS_CONFIG, Integer.toString(task.lingerMillis()));
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, Integer.toString(256 * 1024));
        properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, "600000");
        var sink = KafkaSink.<KeyedValue>builder()
                .setBootstrapServers(task.bootstrap())
                .setKafkaProducerConfig(properties)
                .setRecordSerializer(new KeyedValue.Serializer(task.output()))
                .setDeliveryGuarantee(
                        task.guarantee() == Guarantee.EOS
                                ? DeliveryGuarantee.EXACTLY_ONCE
                                : DeliveryGuarantee.AT_LEAST_ONCE);
        if (task.guarantee() == Guarantee.EOS) {
            sink.setTransactionalIdPrefix(task.application());
        }
        return sink.build();
    }

    private static final class Trades implements KafkaRecordDeserializationSchema<InputRow> {
        private static final long serialVersionUID = 1;

        @Override
        public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<InputRow> out) {
            out.collect(InputRow.trade(record.value()));
        }

        @Override
        public TypeInformation<InputRow> getProducedType() {
            return TypeInformation.of(InputRow.class);
        }
    }

    private static final class Quotes implements KafkaRecordDeserializationSchema<InputRow> {
        private static final long serialVersionUID = 1;

        @Override
        public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<InputRow> out) {
            out.collect(InputRow.quote(record.value()));
        }

        @Override
        public TypeInformation<InputRow> getProducedType() {
            return TypeInformation.of(InputRow.class);
        }
    }
}
