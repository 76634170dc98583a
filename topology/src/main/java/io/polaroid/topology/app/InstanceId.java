package io.polaroid.topology.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/**
 * The name under which an instance is a member of its group, kept beside its state: after a kill the same member comes back,
 * so that the group need not wait until the dead one's session has ended. Two processes cannot have the same, since Kafka
 * Streams locks the folder.
 */
final class InstanceId {
    private InstanceId() {}

    static String of(Path stateFolder, String application) {
        var file = stateFolder.resolve(application + ".instance");
        try {
            if (!Files.exists(file)) {
                Files.createDirectories(stateFolder);
                var draft = stateFolder.resolve(application + ".instance.draft");
                Files.writeString(draft, UUID.randomUUID().toString());
                Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("the state folder " + stateFolder + " cannot be used", e);
        }
    }
}
