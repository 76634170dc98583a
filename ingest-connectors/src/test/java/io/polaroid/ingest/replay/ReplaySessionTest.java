package io.polaroid.ingest.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplaySessionTest {
    private static final int WINDOW = 512;

    @TempDir
    Path folder;

    @Test
    void sendsNoFasterThanTheSocketTakes() throws InterruptedException {
        // Given a socket that never gets rid of a message by itself
        BlockingQueue<Callback> sent = new LinkedBlockingQueue<>();
        var socket = (Session) Proxy.newProxyInstance(
                Session.class.getClassLoader(), new Class<?>[] {Session.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("sendText")) {
                        sent.add((Callback) arguments[1]);
                    }
                    return method.getReturnType() == boolean.class ? true : null;
                });
        var recording = RecordingReader.read(TestRecording.small(folder)).orThrow();
        var config = new ReplayConfig(List.of(), "127.0.0.1", 0, 0, true);
        // When
        var clock = InstantSource.system();
        var turns = new Turns(Set.of("test"), clock);
        try (var session = new ReplaySession(recording, config, turns, clock, Thread::sleep, socket)) {
            session.start("test", 0);
            // Then
            var held = new LinkedBlockingQueue<Callback>();
            while (held.size() < WINDOW) {
                held.add(take(sent));
            }
            assertThat(sent).isEmpty();
            held.remove().succeed();
            take(sent);
            assertThat(sent).isEmpty();
        }
    }

    private static Callback take(BlockingQueue<Callback> sent) throws InterruptedException {
        Callback callback = sent.poll(30, TimeUnit.SECONDS);
        assertThat(callback).isNotNull();
        return callback;
    }
}
