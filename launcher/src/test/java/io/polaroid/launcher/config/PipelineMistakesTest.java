package io.polaroid.launcher.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One mistake at a time: the line it is reported at, the path, and the words that help. */
class PipelineMistakesTest {
    private static final String STREAMS = """
        application: a
        streams:
          trades: {schema: Trade, key: [symbol], time: ts, id: trade_id, retention: 1h, TRADES}
          quotes: {schema: Quote, key: [symbol], time: ts, partitions: 4}
        """;

    @TempDir
    Path folder;

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        schema: Trades, key: [symbol], time: ts         | schema         | did you mean "Trade"?
        schema: no.avsc, key: [symbol], time: ts        | schema         | no file
        key: [symbol], time: ts                         |                | "schema" is missing; add schema: Trade
        schema: Trade, time: ts                         |                | "key" is missing; add key: [symbol]
        schema: Trade, key: [symbol]                    |                | "time" is missing; add time: ts
        schema: Trade, key: [], time: ts                | key            | names no column
        schema: Trade, key: [symbol, symbol], time: ts  | key[1]         | in the key twice
        schema: Trade, key: [price], time: ts           | key[0]         | floating-point
        schema: Trade, key: [symbol], time: price       | time           | is no time; its Avro type must be timestamp-millis
        schema: Trade, key: [symbol], time: tz          | time           | did you mean "ts"?
        schema: Trade, key: [symbol], time: ts, id: nix | id             | no column "nix"; known: symbol, ts, price, size, trade_id
        schema: Trade, key: [symbol], time: ts, check: "prize > 0" | check | prize
        schema: Trade, key: [symbol], time: ts, check: ["price >"] | check[0] | price >
        schema: Trade, key: [symbol], time: ts, retention: 0 | retention | longer than 0
        schema: Trade, key: [symbol], time: ts, retention: [1h] | retention | found a list
        schema: Trade, key: [symbol], time: ts, partitions: 0 | partitions | from 1 to 1000
        schema: Trade, key: [symbol], time: ts, partitions: 1_001 | partitions | from 1 to 1000
        schema: Trade, key: [symbol], time: ts, format: arow | format | did you mean "arrow"?
        schema: Trade, key: [symbol], time: ts, partitioner: as_is | partitioner | not built yet
        schema: Trade, key: [symbol], time: ts, idle: 0 | idle | longer than 0
        schema: Trade, key: [symbol], time: ts, retentoin: 1h | retentoin | did you mean "retention"?
        schema: Trade, schema: Quote, key: [symbol], time: ts | schema | there twice, first in line 3
        """)
    void inAStream(String stream, String path, String message) {
        String text = "application: a\nstreams:\n  s: {" + stream + "}\n";
        assertOnly(text, 3, path == null ? "streams.s" : "streams.s." + path, message);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        from: trades                                         |                | says not what to do; add one of resample, rolling, asof
        from: trades, resample: {every: 1m, agg: {n: "count(price)"}}, rolling: {period: 1m, agg: {n: "count(price)"}} | | a view does one thing
        resample: {every: 1m, agg: {n: "count(price)"}}      |                | "from" is missing
        from: quoets, resample: {every: 1m, agg: {n: "count(price)"}} | from | did you mean "quotes"?
        from: v, resample: {every: 1m, agg: {n: "count(price)"}} | from       | views read each other in a circle: v, v
        from: trades, resample: {agg: {n: "count(price)"}}   | resample       | "every" is missing
        from: trades, resample: {every: 0, agg: {n: "count(price)"}} | resample.every | is longer than nothing
        from: trades, resample: {every: 1m}                  | resample       | computes nothing
        from: trades, resample: {every: 1m, ohlcv: bars}     | resample.ohlcv | stream trades has no column [open, high, low, close, volume]
        from: trades, resample: {every: 1m, ohlcv: {price: price}} | resample.ohlcv | "size" is missing
        from: trades, resample: {every: 1m, ohlcv: {price: price, size: "size*2"}} | resample.ohlcv.size | no column name
        from: trades, resample: {every: 1m, agg: {ts: "count(price)"}} | resample.agg.ts | one that the view has anyway
        from: trades, resample: {every: 1m, agg: {revision: "count(price)"}} | resample.agg.revision | one that the view has anyway
        from: trades, resample: {every: 1m, agg: {"a b": "count(price)"}} | resample.agg.a b | is no column name
        from: trades, resample: {every: 1m, agg: {n: "cuont(price)"}} | resample.agg.n | cuont
        from: trades, resample: {every: 1m, agg: {n: "count(price)"}, fill: prevous} | resample.fill | expected none or null or previous or linear or a number
        from: trades, resample: {every: 1m, agg: {n: "count(price)"}, fill: {m: 0}} | resample.fill.m | the view computes no column "m"
        from: trades, resample: {every: 1m, agg: {n: "count(price)"}, max_gap: 5m} | resample.max_gap | has no use without fill
        from: trades, resample: {every: 1m, agg: {n: "count(price)"}, fill: previous, max_gap: 24h} | resample.max_gap | is longer than 1439m
        from: trades, resample: {every: 1m, agg: {status: "count(price)"}, status: true} | resample.status | has the name status already
        from: trades, resample: {every: 1m, agg: {n: "count(price)"}, calendar: XNYX} | resample.calendar | did you mean "XNYS"?
        from: trades, resample: {every: 1m, agg: {n: "count(price)"}, period: 0} | resample.period | a duration longer than 0
        from: trades, resample: {every: 1m, agg: {n: "count(price)"}, period: 0s} | resample.period | a duration longer than 0
        from: trades, resample: {every: 1m, agg: {n: "count(price)"}, period: 5i} | resample.period | a duration longer than 0
        from: trades, resample: {every: 1m, agg: {n: "count(price)"}, offset: 5i} | resample.offset | it is a duration
        from: trades, resample: {every: 1m, agg: {n: "count(price)"}, calendar: x.calendar} | resample.calendar | no file "x.calendar"
        from: trades, resample: {every: 1m, agg: {n: "count(price)"}, closed: rihgt} | resample.closed | did you mean "right"?
        from: trades, resample: {every: 1m, agg: {n: "count(price)"}, timezone: Europe/Berln} | resample.timezone | did you mean "Europe/Berlin"?
        from: trades, resample: {every: 1h, agg: {n: "count(price)"}, grace: 24h} | resample | the view keeps results for 24h, but corrections need every 1h + disorder 0 + grace 24h = 25h
        from: trades, rolling: {period: 1h, agg: {n: "count(price)"}, disorder: 1s} | rolling | stream trades keeps rows for 1h, but this view needs period 1h + disorder 1s + grace 0 = 3601s
        from: trades, rolling: {period: 1m, agg: {n: "count(price)"}, center: true} | rolling.center | looks ahead
        from: trades, asof: {tolerance: 1s}                  | asof           | "with" is missing
        from: trades, asof: {with: quotes, direction: nearest} | asof         | looking ahead needs a tolerance
        from: trades, asof: {with: quotes, grace: 1s}, late: side | asof.grace | nothing is corrected
        from: trades, filter: {where: "price > 0", lateness: series} | filter.lateness | as long as they are kept
        from: trades, asof: {with: quotes, lateness: series}, late: side | asof.lateness | windows close by partition
        from: trades, resample: {every: 1m, agg: {n: "count(price)"}, lateness: own} | resample.lateness | expected partition or series
        from: trades, resample: {every: 59m, agg: {n: "count(price)"}, disorder: 1m, lateness: series} | resample.lateness | no room to be behind
        from: trades, asof: {with: quotes, tolerance: 1s, direction: sideways} | asof.direction | expected backward or forward or nearest
        from: trades, asof: {with: trades, tolerance: 1s}    | asof.with      | would find itself first
        from: trades, asof: {with: quotes, by: [symbol]}     | asof.by        | give both streams the key
        from: trades, asof: {with: quotes, idle: 1s}         | asof.idle      | belongs to streams and sources
        from: trades, asof: {with: quotes, suffix: ""}       | asof.suffix    | expected a text
        from: trades, rolling: {period: 1m, offset: 1s, agg: {n: "count(price)"}} | rolling.offset | a window_join of two streams
        from: trades, window_join: {with: quotes, period: 1s, closed: right, prevailing: true, agg: {n: "count(bid)"}} | window_join.prevailing | goes with closed: both or left
        from: trades, asof: {with: quotes, tolerance: 1s, match: outer} | asof.match | expected left or inner
        from: trades, asof: {with: other, tolerance: 1s}     | asof.with      | trades has 4 partitions and other has 2
        from: trades, session: {gap: 1m}, resample: {every: 1m, agg: {n: "count(price)"}} | | a view does one thing
        from: trades, resample: {every: 1m, agg: {n: "count(price)"}}, emit: always | emit | expected frame or commit or close
        from: trades, resample: {every: 1m, agg: {n: "count(price)"}}, late: sied | late | did you mean "side"?
        from: trades, resample: {every: 1m, agg: {n: "count(price)"}}, upsample: x | | a view does one thing
        from: trades, upsample: {}                           | upsample       | "every" is missing
        from: trades, upsample: {every: 0s}                  | upsample.every | is longer than nothing
        from: trades, upsample: {every: 1s, max_gap: 2h}     | upsample       | keeps rows for 1h, but this view needs max_gap and every 7201s
        from: trades, upsample: {every: 1ms}                 | upsample.every | give a shorter max_gap or a longer every
        from: trades, upsample: {every: 1s, fill: {prize: 0}} | upsample.fill.prize | no column "prize"
        from: trades, upsample: {every: 1s, with: quotes}    | upsample.with  | unknown key
        from: trades, align: {every: 1s, with: [qoutes]}     | align.with     | did you mean "quotes"?
        from: trades, align: {every: 1s, with: [trades]}     | align.with[0]  | name each input once
        from: trades, align: {every: 1s, with: [other]}      | align.with[0]  | other has 2; all must have the same number
        from: trades, align: {every: 1s, max_gap: 1s, tolerance: 5s} | align.tolerance | is longer than max_gap
        from: trades, session: {gap: 1s, longest: 1m, agg: {n: "count(*)"}} | session.longest | leave it out
        from: trades, filter: {}                             | filter         | "where" is missing
        from: trades, filter: {where: "prize > 0"}           | filter.where   | prize
        from: trades, filter: {where: "price"}               | filter.where   | a predicate is a boolean
        from: trades, filter: {where: "price > 0", columns: [price]} | filter.columns | unknown key
        from: trades, filter: {where: "price > 0", grace: 2h} | filter        | but this view needs a row
        from: trades, select: {where: "price > 0"}           | select         | "columns" is missing
        from: trades, select: {columns: [prize]}             | select.columns[0] | price
        from: trades, select: {columns: {ts: price}}         | select.columns.ts | one that the view has anyway
        from: trades, select: {columns: {x: "price +"}}      | select.columns.x | price +
        from: trades, select: {columns: {x: "null"}}         | select.columns.x | is null whatever the row is
        """)
    void inAView(String view, String path, String message) {
        String other = "  other: {schema: Quote, key: [symbol], time: ts, partitions: 2}\n";
        String text = streams() + other + "views:\n  v: {" + view + "}\n";
        assertOnly(text, 7, path == null ? "views.v" : "views.v." + path, message);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        rows: {into: quotes, fields: QUOTE}                        |           | "url" is missing
        url: http://x, rows: {into: quotes, fields: QUOTE}         | url       | must be ws://
        url: "ws://x y", rows: {into: quotes, fields: QUOTE}       | url       | is no URL
        url: ws://x                                                |           | "rows" is missing
        url: ws://x, rows: []                                      | rows      | says not what becomes a row
        url: ws://x, rows: {into: qoutes, fields: QUOTE}           | rows.into | did you mean "quotes"?
        url: ws://x, rows: {into: quotes, fields: {symbol: /s}}    | rows.fields | column "ts" of stream quotes has no pointer
        url: ws://x, rows: {into: quotes, fields: {bidd: /b, REST}} | rows.fields.bidd | did you mean "bid"?
        url: ws://x, rows: {into: quotes, fields: {bid: b, REST}}  | rows.fields.bid | is no JSON pointer
        url: ws://x, rows: {into: quotes, fields: {bid: {path: /b, unit: min}, REST}} | rows.fields.bid.unit | expected s or ms or us or ns
        url: ws://x, rows: {into: quotes, when: {e: x}, fields: QUOTE} | rows.when.e | is no JSON pointer
        url: ws://x, rows: {into: quotes, when: {/e: [x]}, fields: QUOTE} | rows.when./e | found a list
        url: ws://x, rows: {into: quotes, fields: QUOTE, id: /u}   | rows.id   | declares no id column
        url: ws://x, rows: {into: quotes, fields: QUOTE}, position: p | position | is no JSON pointer
        url: ws://x, rows: {into: quotes, fields: QUOTE}, sequence: u | sequence | is no JSON pointer
        url: ws://x, rows: {into: quotes, fields: QUOTE}, reconnect: {initial: 0} | reconnect.initial | longer than 0
        url: ws://x, rows: {into: quotes, fields: QUOTE}, reconnect: {initial: 2s, max: 1s} | reconnect | max is shorter
        url: ws://x, rows: {into: quotes, fields: QUOTE}, reconnect: {factor: half} | reconnect.factor | from 1 to 100
        url: ws://x, rows: {into: quotes, fields: QUOTE}, headers: {A: "${env:NO_SUCH}"} | headers.A | environment variable NO_SUCH is not set
        url: ws://x, rows: {into: quotes, fields: QUOTE}, headers: {A: "${env:NO-SUCH}"} | headers.A | a placeholder is written
        url: ws://x, rows: {into: quotes, fields: QUOTE}, hedaers: {A: b} | hedaers | did you mean "headers"?
        url: ws://x, rows: {into: quotes, fields: QUOTE}, snapshot: {/e: s} | snapshot | unknown key
        """)
    void inASource(String options, String path, String message) {
        String quote = "{symbol: /s, ts: /t, bid: /b, bid_size: /B, ask: /a, ask_size: /A}";
        String rest = "symbol: /s, ts: /t, bid_size: /B, ask: /a, ask_size: /A";
        String filled = options.replace("QUOTE", quote).replace("REST", rest.replace("bid:", ""));
        String text = streams() + "sources:\n  f:\n    websocket: {" + filled + "}\n";
        String wrongPath = path == null ? "sources.f.websocket" : "sources.f.websocket." + path;
        var wrong = (Loaded.Wrong) parse(text);
        assertThat(wrong.mistakes()).anySatisfy(mistake -> {
            assertThat(mistake.mark()).isEqualTo(new Mark("p.yaml", 7));
            assertThat(mistake.path()).isEqualTo(wrongPath);
            assertThat(mistake.message()).contains(message);
        });
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        from: [trades]                                        |              | "parquet" is missing
        parquet: {path: lake}                                 |              | "from" is missing
        from: [], parquet: {path: lake}                       | from         | names no stream or view
        from: [trads], parquet: {path: lake}                  | from[0]      | did you mean "trades"?
        from: [trades, trades], parquet: {path: lake}         | from[1]      | is there twice
        from: [trades], parquet: {}                           | parquet      | "path" is missing
        from: [trades], parquet: {path: lake, partition: [symbol]} | parquet.partition[0] | not built yet
        from: [trades], parquet: {path: lake, roll: {rows: 0}} | parquet.roll.rows | from 1 to
        from: [trades], parquet: {path: lake, roll: {every: 0}} | parquet.roll.every | between 1ms and 87840h
        from: [trades], parquet: {path: lake, roll: {every: 1us}} | parquet.roll.every | between 1ms and 87840h
        from: [trades], parquet: {path: lake, partition: [date, date]} | parquet.partition[1] | partitioned by one column
        from: [trades], parquet: {path: lake, compression: gzip} | parquet.compression | not built yet
        from: [trades], parquet: {path: lake}, iceberg: {}    | iceberg      | not built yet
        """)
    void inASink(String sink, String path, String message) {
        String text = streams() + "sinks:\n  h: {" + sink + "}\n";
        assertOnly(text, 6, path == null ? "sinks.h" : "sinks.h." + path, message);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        applicatoin: x      | applicatoin | did you mean "application"?
        threads: many       | threads     | from 1 to 64
        threads: 0          | threads     | from 1 to 64
        standbys: -1        | standbys    | from 0 to 16
        protocol: stream    | protocol    | did you mean "streams"?
        state: {memory: 1GB} | state.memory | expected a size such as 512MiB
        state: {memory: 512KiB} | state.memory | at least 1MiB
        state: {disk: lots} | state.disk  | expected a size
        state: {every: 1ms} | state.every | must lie between 100ms and 1h
        state: {rows: 0}    | state.rows  | from 1 to
        state: {memry: 1GiB} | state.memry | did you mean "memory"?
        frames: {rows: 0}   | frames.rows | from 1 to 65536
        guarantee: at_most_once | guarantee | expected exactly_once_v2 or at_least_once
        kafka: {bootstrap: nohost} | kafka.bootstrap | expected host:port
        kafka: {}           | kafka       | "bootstrap" is missing
        registry: {url: localhost} | registry.url | must be http://
        models: {}          | models      | not built yet
        views: [x]          | views       | expected a mapping, found a list
        'views: {"a-b": {from: trades, rolling: {period: 1m, agg: {n: "count(price)"}}}}' | views.a-b | is no name
        views: {trades: {from: quotes, rolling: {period: 1m, agg: {n: "count(bid)"}}}} | views.trades | a stream has the name already
        views: {Trades: {from: quotes, rolling: {period: 1m, agg: {n: "count(bid)"}}}} | views.Trades | differs from "trades" by case only
        views: {Dead_Letter: {from: quotes, rolling: {period: 1m, agg: {n: "count(bid)"}}}} | views.Dead_Letter | a table of Polaroid's own
        """)
    void atTheTop(String line, String path, String message) {
        assertOnly(streams() + line.replaceAll("^'|'$", "") + "\n", 5, path, message);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        "a: [1"           | not YAML
        "- a"             | the file must be a mapping
        "application: a"  | "streams" is missing
        """)
    void inTheFileAsAWhole(String quoted, String message) {
        var wrong = (Loaded.Wrong) parse(quoted.replace("\"", "") + "\n");
        assertThat(wrong.text()).startsWith("p.yaml:").contains(message);
    }

    private void assertOnly(String text, int line, String path, String message) {
        var wrong = (Loaded.Wrong) parse(text);
        assertThat(wrong.mistakes()).singleElement().satisfies(mistake -> {
            assertThat(mistake.mark()).isEqualTo(new Mark("p.yaml", line));
            assertThat(mistake.path()).isEqualTo(path);
            assertThat(mistake.message()).contains(message);
        });
    }

    private Loaded parse(String text) {
        return PipelineLoader.parse("p.yaml", text, folder, Map.of());
    }

    private static String streams() {
        return STREAMS.replace(", TRADES", "");
    }
}
