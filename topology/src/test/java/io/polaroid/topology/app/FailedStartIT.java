package io.polaroid.topology.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.polaroid.testsupport.Allocators;
import io.polaroid.testsupport.EmbeddedBroker;
import io.polaroid.topology.ClusterMarket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A pipeline that cannot be started leaves nothing behind. */
@ExtendWith(Allocators.class)
class FailedStartIT {
    @Test
    @Timeout(60)
    void closesItsClientsAndBuffers(@TempDir Path folder, BufferAllocator allocator) throws Exception {
        var pipeline = ClusterMarket.pipeline();
        // Given a state folder that Kafka Streams cannot read, which it finds when it starts
        var task =
                Files.createDirectories(folder.resolve(pipeline.application()).resolve("99999999999_0"));
        Files.writeString(task.resolve("rows"), "");
        try (var broker = EmbeddedBroker.open()) {
            var settings = StreamsSettings.of(broker.bootstrapServers(), folder);
            var failure = catchThrowable(() -> StreamsApp.open(pipeline, settings, new HashRegistry(), allocator));
            assertThat(failure).isNotNull();
            assertThat(failure.getStackTrace())
                    .anyMatch(frame -> frame.getMethodName().equals("start"));
            assertThat(failure).hasNoSuppressedExceptions();
            // Kafka Streams says that it is closed before the thread that closed it has ended.
            while (clientsOf(pipeline.application()).stream().anyMatch(name -> name.endsWith("-CloseThread"))) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            assertThat(clientsOf(pipeline.application())).isEmpty();
        }
    }

    private static List<String> clientsOf(String application) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.contains(application) || name.contains("left-transactions"))
                .toList();
    }
}
