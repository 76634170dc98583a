package io.polaroid.topology.frame;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaClientSupplier;

/** The application of the kill test in a process of its own. Ends by itself once the whole input is committed. */
final class FrameKillMain {
    static final int ROWS_PER_BYTE = 100;
    private static final int FRAME_ROWS = 512;

    private FrameKillMain() {}

    public static void main(String[] arguments) throws Exception {
        var servers = arguments[0];
        var input = arguments[1];
        var at = new TopicPartition(input, 0);
        boolean mutant = arguments[3].equals("last");
        var queued = Path.of(arguments[5]);
        long end = Long.parseLong(arguments[7]);
        var finished = new CountDownLatch(1);
        var lastPolled = new long[] {-1};
        var processed = new long[] {-1};
        var framed = FrameRig.clients(input, FRAME_ROWS, polled -> {
            polled.nextOffsets().forEach((partition, next) -> lastPolled[0] = next.offset());
            return mutant ? underLastOffsets(polled) : polled;
        });
        var clients = new CommitSpy(framed, offsets -> {
            var offset = offsets.get(at);
            if (offset != null && offset.offset() < lastPolled[0]) {
                append(queued, offset.offset() + " of " + lastPolled[0] + "\n");
            }
            if (offset != null && offset.offset() >= end) {
                finished.countDown();
            }
        });
        try (var progress = new FileOutputStream(arguments[6], true)) {
            var topology = FrameRig.topology(input, arguments[2], probe(progress, processed));
            var streams = FrameRig.streams(
                    servers, topology, Path.of(arguments[4]), "kill-" + input, clients, new Properties());
            streams.start();
            if (!finished.await(380, TimeUnit.SECONDS)) {
                System.exit(3);
            }
            streams.close(Duration.ofSeconds(10));
        }
    }

    private static FrameRig.Probe probe(FileOutputStream progress, long[] processed) {
        return new FrameRig.Probe() {
            @Override
            public void frame(RowFrame frame, boolean joined) {
                try {
                    TimeUnit.MILLISECONDS.sleep(20);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }

            @Override
            public void copied(int partition, long offset) {
                if (++processed[0] % ROWS_PER_BYTE == 0) {
                    try {
                        progress.write('.');
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            }
        };
    }

    /** What must not be done: each frame under the offset of its last row. */
    private static ConsumerRecords<byte[], byte[]> underLastOffsets(ConsumerRecords<byte[], byte[]> polled) {
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> moved = new LinkedHashMap<>();
        for (TopicPartition partition : polled.partitions()) {
            var frames = new ArrayList<ConsumerRecord<byte[], byte[]>>();
            for (var frame : polled.records(partition)) {
                long last = new PackedFrame(frame.value(), frame.partition()).lastOffset();
                frames.add(new ConsumerRecord<>(
                        frame.topic(),
                        frame.partition(),
                        last,
                        frame.timestamp(),
                        frame.timestampType(),
                        frame.serializedKeySize(),
                        frame.serializedValueSize(),
                        frame.key(),
                        frame.value(),
                        frame.headers(),
                        frame.leaderEpoch()));
            }
            moved.put(partition, frames);
        }
        return new ConsumerRecords<>(moved, polled.nextOffsets());
    }

    private static void append(Path file, String line) {
        try {
            Files.writeString(file, line, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Tells which offsets were committed, after the transaction went through. */
    private record CommitSpy(
            KafkaClientSupplier clients, java.util.function.Consumer<Map<TopicPartition, OffsetAndMetadata>> seen)
            implements KafkaClientSupplier {
        @Override
        @SuppressWarnings("unchecked")
        public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
            var producer = clients.getProducer(config);
            var sent = new LinkedHashMap<TopicPartition, OffsetAndMetadata>();
            return (Producer<byte[], byte[]>) Proxy.newProxyInstance(
                    Producer.class.getClassLoader(), new Class<?>[] {Producer.class}, (self, method, given) -> {
                        if (method.getName().equals("sendOffsetsToTransaction")) {
                            sent.putAll((Map<TopicPartition, OffsetAndMetadata>) given[0]);
                        }
                        try {
                            Object result = method.invoke(producer, given);
                            if (method.getName().equals("commitTransaction")) {
                                seen.accept(Map.copyOf(sent));
                            }
                            return result;
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }

        @Override
        public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
            return clients.getConsumer(config);
        }

        @Override
        public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
            return clients.getRestoreConsumer(config);
        }

        @Override
        public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
            return clients.getGlobalConsumer(config);
        }

        @Override
        public Admin getAdmin(Map<String, Object> config) {
            return clients.getAdmin(config);
        }
    }
}
