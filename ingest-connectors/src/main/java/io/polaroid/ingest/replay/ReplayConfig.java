package io.polaroid.ingest.replay;

import java.nio.file.Path;
import java.util.List;

/**
 * What a {@link ReplayServer} serves, and how.
 *
 * @param recordings the files, each served at {@code /<file name without .txt.gz>}; the only one also at {@code /}
 * @param host address to bind
 * @param port port to bind; 0 takes any free one
 * @param speed 1 for the original pace, 10 for ten times as fast, 0 for as fast as the clients take
 * @param loop whether to go on with the next round at the end
 */
public record ReplayConfig(List<Path> recordings, String host, int port, double speed, boolean loop) {
    public ReplayConfig {
        recordings = List.copyOf(recordings);
        if (!(speed >= 0) || Double.isInfinite(speed)) {
            throw new IllegalArgumentException("speed is " + speed + ", must be 0 or a finite positive number");
        }
    }
}
