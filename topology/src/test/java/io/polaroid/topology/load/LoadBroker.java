package io.polaroid.topology.load;

import io.polaroid.schemas.registry.InMemorySchemaRegistry;
import io.polaroid.testsupport.EmbeddedBroker;
import io.polaroid.topology.app.Topics;
import java.nio.file.Files;
import java.nio.file.Path;

/** A broker in a process of its own with the trades in it. Arguments: rows, partitions, a file that gets its address; runs until that is deleted. */
final class LoadBroker {
    private LoadBroker() {}

    public static void main(String[] arguments) throws Exception {
        int rows = Integer.parseInt(arguments[0]);
        int partitions = Integer.parseInt(arguments[1]);
        var address = Path.of(arguments[2]);
        try (var broker = EmbeddedBroker.open()) {
            Topics.create(LoadMain.pipeline("load", 60, partitions, "close", 1), broker.bootstrapServers());
            TradeFeed.send(broker.bootstrapServers(), "trades", partitions, rows, new InMemorySchemaRegistry());
            Files.writeString(address, broker.bootstrapServers());
            System.out.println("ready");
            while (Files.exists(address)) {
                Thread.sleep(500);
            }
        }
    }
}
