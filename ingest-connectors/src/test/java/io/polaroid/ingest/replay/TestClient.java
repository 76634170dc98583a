package io.polaroid.ingest.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.jspecify.annotations.Nullable;

/** A WebSocket client that keeps what it gets. */
final class TestClient extends WebSocketListener implements AutoCloseable {
    private static final long TIMEOUT_SECONDS = 30;

    private final OkHttpClient client = new OkHttpClient();
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final CountDownLatch reading;
    private final WebSocket socket;

    TestClient(int port, String path, String... messages) {
        this(port, path, new CountDownLatch(0), messages);
    }

    /** A client that stops reading after one message until the latch opens. */
    TestClient(int port, String path, CountDownLatch reading, String... messages) {
        this.reading = reading;
        socket = client.newWebSocket(
                new Request.Builder().url("ws://127.0.0.1:" + port + path).build(), this);
        for (String message : messages) {
            socket.send(message);
        }
    }

    /** The next message; {@code closed …} or {@code failed …} where the socket ends. */
    String next() throws InterruptedException {
        String message = received.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("nothing came");
        }
        return message;
    }

    List<String> next(int count) throws InterruptedException {
        var messages = new ArrayList<String>();
        while (messages.size() < count) {
            messages.add(next());
        }
        return messages;
    }

    /** How many messages have come that {@link #next()} has not returned. */
    int pending() {
        return received.size();
    }

    void send(String message) {
        socket.send(message);
    }

    @Override
    public void onMessage(WebSocket from, String text) {
        received.add(text);
        try {
            reading.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void onClosing(WebSocket from, int code, String reason) {
        received.add("closed " + code + " " + reason);
        from.close(1000, null);
    }

    @Override
    public void onFailure(WebSocket from, Throwable failure, @Nullable Response response) {
        received.add("failed " + (response == null ? failure : response.code()));
    }

    @Override
    public void close() {
        socket.cancel();
        client.dispatcher().executorService().shutdown();
        client.connectionPool().evictAll();
    }
}
