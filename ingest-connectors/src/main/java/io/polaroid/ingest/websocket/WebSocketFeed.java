package io.polaroid.ingest.websocket;

import io.polaroid.ingest.rows.MessageReader;
import io.polaroid.ingest.rows.Received;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.Result;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A WebSocket subscription that comes back after a loss.
 *
 * <p>Messages are read on the socket's thread and put into a bounded queue; when it is full that thread waits, so that TCP
 * slows the sender down. On every open the subscriptions are sent, with the next position wanted in them. A message with a
 * position below that has been seen and is left out, so an overlap after a reconnect gives no repeats.
 * <br><b>Thread</b> one thread polls; any thread closes.
 */
public final class WebSocketFeed implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketFeed.class);

    /** Finds a dead peer. A queue that stays full as long ends the connection too; then the position is asked for again. */
    private static final Duration PING = Duration.ofSeconds(30);

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final long OFFER_MILLIS = 50;
    private static final int NORMAL_CLOSE = 1000;
    private static final String POSITION = "${position}";

    private final WebSocketSource source;
    private final MessageReader reader;
    private final InstantSource clock;
    private final EgressRule egress;
    private final BlockingQueue<FeedEvent> events;
    private final OkHttpClient client;
    private final ReentrantLock gate = new ReentrantLock();
    private final Thread thread;
    private volatile long nextPosition;
    private volatile boolean closed;
    private volatile @Nullable WebSocket socket;

    private WebSocketFeed(
            WebSocketSource source, MessageReader reader, InstantSource clock, long nextPosition, int capacity) {
        this.source = source;
        this.reader = reader;
        this.clock = clock;
        this.nextPosition = nextPosition;
        this.egress = new EgressRule(source.allow());
        this.events = new ArrayBlockingQueue<>(capacity);
        // No proxy: the egress rule judges the address that is connected to.
        this.client = new OkHttpClient.Builder()
                .proxy(Proxy.NO_PROXY)
                .followRedirects(false)
                .followSslRedirects(false)
                .connectTimeout(CONNECT_TIMEOUT)
                .pingInterval(PING)
                .build();
        this.thread = Thread.ofVirtual().name("websocket-" + source.name()).unstarted(this::run);
    }

    /**
     * Starts to connect.
     *
     * @param nextPosition the first position wanted
     * @param capacity how many events may wait to be polled
     */
    public static WebSocketFeed open(
            WebSocketSource source, MessageReader reader, InstantSource clock, long nextPosition, int capacity) {
        var feed = new WebSocketFeed(source, reader, clock, nextPosition, capacity);
        feed.thread.start();
        return feed;
    }

    /**
     * Waits for an event, then a few times {@code gather} for more, and returns up to {@code max}; empty if none came.
     *
     * @param wait how long for the first one
     * @param gather how long for more after it
     */
    public List<FeedEvent> poll(int max, Duration wait, Duration gather) throws InterruptedException {
        var polled = new ArrayList<FeedEvent>();
        FeedEvent first = events.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
        if (first == null) {
            return polled;
        }
        polled.add(first);
        int slices = 5;
        for (int slice = 0; slice < slices && events.size() < max - 1 && !closed; slice++) {
            Thread.sleep(gather.dividedBy(slices));
        }
        events.drainTo(polled, max - 1);
        return polled;
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        WebSocket open = socket;
        if (open != null) {
            open.cancel();
        }
        client.dispatcher().executorService().shutdown();
        client.connectionPool().evictAll();
    }

    private void run() {
        int failures = 0;
        try {
            while (!closed) {
                var connection = new Connection();
                Problem refused = connect(connection);
                if (refused != null) {
                    put(new FeedEvent.Failed(refused.toString()));
                    return;
                }
                connection.awaitEnd();
                failures = connection.hadMessage ? 1 : failures + 1;
                if (connection.wasOpen) {
                    put(new FeedEvent.Down());
                }
                if (source.reconnect().isExhausted(failures)) {
                    put(new FeedEvent.Failed("gave up after " + failures + " failed attempts: " + connection.reason));
                    return;
                }
                Thread.sleep(source.reconnect().delayMillis(failures));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Starts to connect; the problem if that is not allowed. */
    private @Nullable Problem connect(Connection connection) {
        var request = new Request.Builder().url(source.url());
        source.headers().forEach(request::header);
        Request opening = request.build();
        String host = opening.url().host();
        List<InetAddress> addresses;
        try {
            addresses = List.of(InetAddress.getAllByName(host));
        } catch (UnknownHostException e) {
            connection.end("host " + host + " is unknown");
            return null;
        }
        return switch (egress.check(host, opening.url().port(), addresses)) {
            case Result.Err<List<InetAddress>> err -> err.problem();
            case Result.Ok<List<InetAddress>> ok -> {
                socket = client.newBuilder().dns(name -> ok.value()).build().newWebSocket(opening, connection);
                if (closed) {
                    close();
                }
                yield null;
            }
        };
    }

    private void put(FeedEvent event) throws InterruptedException {
        while (!closed && !events.offer(event, OFFER_MILLIS, TimeUnit.MILLISECONDS)) {
            LOG.trace("queue of {} is full", source.name());
        }
    }

    /** One connection. Its messages are let in under the gate, and none of them once it has ended. */
    private final class Connection extends WebSocketListener {
        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile boolean wasOpen;
        private volatile boolean hadMessage;
        private volatile String reason = "";

        /** Returns when the connection has ended and its thread has left the gate. */
        void awaitEnd() throws InterruptedException {
            ended.await();
            gate.lockInterruptibly();
            gate.unlock();
        }

        void end(String why) {
            reason = why;
            if (!closed) {
                LOG.warn("source {}: no connection: {}", source.name(), why);
            }
            ended.countDown();
        }

        @Override
        public void onOpen(WebSocket socket, Response response) {
            wasOpen = true;
            enter(() -> {
                for (String template : source.subscribe()) {
                    socket.send(template.replace(POSITION, Long.toString(nextPosition)));
                }
                put(new FeedEvent.Up());
            });
        }

        @Override
        public void onMessage(WebSocket socket, String text) {
            accept(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void onMessage(WebSocket socket, ByteString bytes) {
            accept(bytes.toByteArray());
        }

        @Override
        public void onClosing(WebSocket socket, int code, String why) {
            socket.close(NORMAL_CLOSE, null);
        }

        @Override
        public void onClosed(WebSocket socket, int code, String why) {
            end("closed by the feed with code " + code);
        }

        @Override
        public void onFailure(WebSocket socket, Throwable failure, @Nullable Response response) {
            end(failure.toString());
        }

        private void accept(byte[] message) {
            hadMessage = true;
            Received received = reader.read(message, clock.millis());
            enter(() -> {
                boolean numbered = received.position() != Received.NO_NUMBER;
                if (numbered && received.position() < nextPosition) {
                    return;
                }
                var event = new FeedEvent.Message(received);
                while (!events.offer(event, OFFER_MILLIS, TimeUnit.MILLISECONDS)) {
                    if (closed || ended.getCount() == 0) {
                        return;
                    }
                }
                if (numbered) {
                    nextPosition = received.position() + 1;
                }
            });
        }

        private void enter(Step step) {
            try {
                gate.lockInterruptibly();
                try {
                    if (!closed && ended.getCount() > 0) {
                        step.run();
                    }
                } finally {
                    gate.unlock();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Something that may wait. */
    private interface Step {
        void run() throws InterruptedException;
    }
}
