package io.polaroid.ingest.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.websocket.WsConfig;
import io.javalin.websocket.WsMessageContext;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket server that plays recordings: a feed of real messages without an exchange.
 *
 * <p>A client connects to {@code ws://host:port/<stem>} and sends {@code {"op":"subscribe","from":N}}. It gets every message
 * from position N on as it was received, with {@code "position"} inserted as first field, paced by receive time relative to
 * the subscription. In a loop positions go on, and times and ids are shifted (see {@link Recording}), so that any position
 * can be asked for after a restart of either side. Without a loop the last message is {@code {"position":N,"end":true}}, and
 * the socket stays open. A second subscription on a socket replaces the first.
 *
 * <p>The recordings of one server are one session. At other speeds than 0 the pace keeps those together that subscribe
 * together. At speed 0 ("as fast as the clients take") the server does: no connection is sent a message that was received more
 * than 500 ms of session time after one that another connection is still to get. So a client that starts further back catches
 * up while the others wait. One that does not read holds them back for 5 s, then they go on. A subscription waits for up to
 * 2 s while there is a recording to which nobody has subscribed yet, so that a replay begins together. See {@link Lockstep}.
 */
public final class ReplayServer implements AutoCloseable {
    private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(10);
    private static final int POLICY_VIOLATION = 1008;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, ReplaySession> sessions = new ConcurrentHashMap<>();
    private final ReplayConfig config;
    private final InstantSource clock;
    private final ReplaySession.Sleeper sleeper;
    private final Turns turns;
    private final Javalin server;

    private ReplayServer(
            Map<String, Recording> recordings,
            ReplayConfig config,
            InstantSource clock,
            ReplaySession.Sleeper sleeper) {
        this.config = config;
        this.clock = clock;
        this.sleeper = sleeper;
        this.turns = new Turns(recordings.keySet(), clock);
        this.server = Javalin.create(javalin -> configure(javalin, recordings));
    }

    /** Reads the recordings and listens, or says what is wrong with a file ({@code INVALID_CONFIG}) or the address. */
    public static Result<ReplayServer> open(ReplayConfig config) {
        return open(config, InstantSource.system(), Thread::sleep);
    }

    static Result<ReplayServer> open(ReplayConfig config, InstantSource clock, ReplaySession.Sleeper sleeper) {
        var recordings = new TreeMap<String, Recording>();
        for (Path file : config.recordings()) {
            switch (RecordingReader.read(file)) {
                case Result.Ok<Recording> ok -> {
                    if (recordings.put(stem(file), ok.value()) != null) {
                        return Result.err(ProblemCode.INVALID_CONFIG, "two recordings are named " + stem(file));
                    }
                }
                case Result.Err<Recording> err -> {
                    return Result.err(err.problem());
                }
            }
        }
        var server = new ReplayServer(recordings, config, clock, sleeper);
        try {
            server.server.start(config.host(), config.port());
        } catch (RuntimeException e) {
            server.close();
            return Result.err(Problem.of(ProblemCode.INVALID_CONFIG, "cannot listen: " + e.getMessage())
                    .with("host", config.host())
                    .with("port", Integer.toString(config.port())));
        }
        return Result.ok(server);
    }

    /** The name under which a recording is served: its file name without {@code .txt.gz} or {@code .gz}. */
    public static String stem(Path recording) {
        return String.valueOf(recording.getFileName()).replaceFirst("(\\.txt)?\\.gz$", "");
    }

    /** The port that it listens on. */
    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        sessions.values().forEach(ReplaySession::close);
        server.stop();
    }

    private void configure(JavalinConfig javalin, Map<String, Recording> recordings) {
        javalin.startup.showJavalinBanner = false;
        javalin.startup.showOldJavalinVersionWarning = false;
        javalin.jetty.modifyWebSocketServletFactory(factory -> factory.setIdleTimeout(IDLE_TIMEOUT));
        recordings.forEach((stem, recording) -> {
            javalin.routes.ws("/" + stem, ws -> serve(ws, stem, recording));
            if (recordings.size() == 1) {
                javalin.routes.ws("/", ws -> serve(ws, stem, recording));
            }
        });
    }

    private void serve(WsConfig ws, String stem, Recording recording) {
        ws.onMessage(message -> subscribe(message, stem, recording));
        ws.onClose(closed -> stop(closed.sessionId()));
        ws.onError(failed -> stop(failed.sessionId()));
    }

    private void subscribe(WsMessageContext client, String stem, Recording recording) throws InterruptedException {
        long from = from(client.message());
        if (from < 0) {
            client.closeSession(POLICY_VIOLATION, "expected {\"op\":\"subscribe\",\"from\":N} with N >= 0");
            return;
        }
        ReplaySession before = stop(client.sessionId());
        if (before != null) {
            before.awaitStopped();
        }
        var session = new ReplaySession(recording, config, turns, clock, sleeper, client.session);
        sessions.put(client.sessionId(), session.start(stem, from));
    }

    /** The position asked for, or -1 if this is no subscription. */
    private static long from(String message) {
        try {
            JsonNode request = JSON.readTree(message);
            JsonNode from = request.path("from");
            if (!request.path("op").asText().equals("subscribe")
                    || !(from.isMissingNode() || from.isIntegralNumber())) {
                return -1;
            }
            return from.asLong(0);
        } catch (JsonProcessingException e) {
            return -1;
        }
    }

    private @Nullable ReplaySession stop(String sessionId) {
        ReplaySession session = sessions.remove(sessionId);
        if (session != null) {
            session.close();
        }
        return session;
    }
}
