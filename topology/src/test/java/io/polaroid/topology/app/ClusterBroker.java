package io.polaroid.topology.app;

import io.polaroid.testsupport.EmbeddedBroker;
import java.nio.file.Path;

/** A broker in a process of its own: folder, port and controller's port; ends when its input does. */
final class ClusterBroker {
    private ClusterBroker() {}

    public static void main(String[] arguments) throws Exception {
        var broker = EmbeddedBroker.at(
                Path.of(arguments[0]), Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
        System.out.println(ChildJvm.ANSWER + "up");
        while (System.in.read() >= 0) {
            // nothing is told to a broker
        }
        broker.close();
        System.exit(0);
    }
}
