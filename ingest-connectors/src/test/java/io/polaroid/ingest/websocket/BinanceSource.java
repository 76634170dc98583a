package io.polaroid.ingest.websocket;

import com.fasterxml.jackson.databind.node.TextNode;
import io.polaroid.ingest.rows.FieldSource;
import io.polaroid.ingest.rows.RowRule;
import io.polaroid.ingest.rows.StreamSpec;
import io.polaroid.schemas.record.BuiltInSchemas;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The configuration that reads the shipped recordings. */
public final class BinanceSource {
    private static final List<String> SYMBOLS = List.of("BTCUSDT", "BTCUSD_PERP");
    private static final ReconnectPolicy AT_ONCE = new ReconnectPolicy(-1, 1, 20, 2);

    private BinanceSource() {}

    /** Trades and quotes of a replay server on loopback. */
    public static WebSocketSource at(String url, List<String> symbols, ReconnectPolicy reconnect) {
        return at(url, symbols, reconnect, null);
    }

    private static WebSocketSource at(
            String url, List<String> symbols, ReconnectPolicy reconnect, @Nullable String sequence) {
        var trades = new RowRule(
                "trades",
                Map.of("/data/e", TextNode.valueOf("trade")),
                Map.of(
                        "symbol", FieldSource.at("/data/s"),
                        "ts", FieldSource.at("/data/T"),
                        "price", FieldSource.at("/data/p"),
                        "size", FieldSource.at("/data/q")),
                "/data/t");
        var quotes = new RowRule(
                "quotes",
                Map.of("/data/e", TextNode.valueOf("bookTicker")),
                Map.of(
                        "symbol", FieldSource.at("/data/s"),
                        "ts", FieldSource.at("/data/T"),
                        "bid", FieldSource.at("/data/b"),
                        "bid_size", FieldSource.at("/data/B"),
                        "ask", FieldSource.at("/data/a"),
                        "ask_size", FieldSource.at("/data/A")),
                "/data/u");
        return new WebSocketSource(
                "exchange",
                url,
                Map.of("X-Api-Key", "hunter2"),
                List.of("{\"op\":\"subscribe\",\"from\":${position}}"),
                "/position",
                sequence,
                symbols,
                List.of("127.0.0.1"),
                reconnect,
                List.of(trades, quotes),
                Map.of(
                        "trades",
                        new StreamSpec(BuiltInSchemas.trade().toString(), List.of("symbol"), "ts", "trade_id", 4),
                        "quotes",
                        new StreamSpec(BuiltInSchemas.quote().toString(), List.of("symbol"), "ts", "update_id", 4)),
                "market.dead-letter",
                "http://127.0.0.1:8081",
                WebSocketSource.DEFAULT_MAX_AHEAD_MILLIS);
    }

    /** The same, with retries that do not wait. */
    public static WebSocketSource at(String url) {
        return at(url, SYMBOLS, AT_ONCE);
    }

    /** The same of a feed whose trades are counted by their ids. */
    public static WebSocketSource counted(String url) {
        return at(url, SYMBOLS, AT_ONCE, "/data/t");
    }
}
