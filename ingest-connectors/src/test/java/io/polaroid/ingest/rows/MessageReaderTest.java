package io.polaroid.ingest.rows;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.row.Row;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageReaderTest {
    private static final long NOW = Instant.parse("2024-08-08T23:54:16Z").toEpochMilli();
    private static final String SCHEMA = """
            {"type": "record", "name": "Reading", "fields": [
              {"name": "key", "type": "string"},
              {"name": "ts", "type": {"type": "long", "logicalType": "timestamp-micros"}},
              {"name": "d", "type": "double"},
              {"name": "f", "type": ["null", "float"]},
              {"name": "i", "type": ["null", "int"]},
              {"name": "l", "type": ["null", "long"]},
              {"name": "b", "type": ["null", "boolean"]},
              {"name": "dec", "type": ["null", {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}]},
              {"name": "side", "type": ["null", {"type": "enum", "name": "Side", "symbols": ["BUY", "SELL"]}]},
              {"name": "id", "type": ["null", "long"]}
            ]}
            """;
    private static final List<String> COLUMNS = List.of("key", "ts", "d", "f", "i", "l", "b", "dec", "side", "id");

    private static RowsSpec spec(EpochUnit unit, Set<String> symbols) {
        var fields = new java.util.HashMap<String, FieldSource>();
        COLUMNS.subList(0, 9).forEach(name -> fields.put(name, new FieldSource("/" + name, unit)));
        return new RowsSpec(
                List.of(new RowRule("readings", Map.of(), fields, "/id")),
                Map.of("readings", new StreamSpec(SCHEMA, List.of("key"), "ts", "id", 4)),
                symbols,
                "/position",
                null,
                3_600_000);
    }

    private static Received read(EpochUnit unit, String message) {
        return MessageReader.of(spec(unit, Set.of())).orThrow().read(message.getBytes(StandardCharsets.UTF_8), NOW);
    }

    private static Outcome outcome(String message) {
        List<Outcome> outcomes = read(EpochUnit.MS, message).outcomes();
        assertThat(outcomes).hasSize(1);
        return outcomes.getFirst();
    }

    /** A whole message in which one field is replaced. */
    private static String with(String column, String json) {
        return "{\"key\":\"a|b\",\"ts\":1723161256000,\"d\":1.5,\"" + column + "\":" + json + "}";
    }

    private static Row row(String message) {
        assertThat(outcome(message)).isInstanceOf(Outcome.Accepted.class);
        return ((Outcome.Accepted) outcome(message)).row();
    }

    @Test
    void readsEveryColumnType() {
        Row row = row("""
                {"key": "a|b", "ts": "2024-08-08T23:54:16.123456789Z", "d": "0.1", "f": 0.1, "i": "-7", "l": 9223372036854775807,
                 "b": true, "dec": "1234567.80", "side": "SELL", "id": 12, "position": 3}
                """);
        assertThat(row.valueAt(0)).isEqualTo("a|b");
        assertThat(row.valueAt(1)).isEqualTo(1723161256123456L);
        assertThat(row.valueAt(2)).isEqualTo(0.1);
        assertThat(row.valueAt(3)).isEqualTo((double) 0.1f);
        assertThat(row.valueAt(4)).isEqualTo(-7L);
        assertThat(row.valueAt(5)).isEqualTo(Long.MAX_VALUE);
        assertThat(row.valueAt(6)).isEqualTo(true);
        assertThat(row.valueAt(7)).isEqualTo(new BigDecimal("1234567.80"));
        assertThat(row.valueAt(8)).isEqualTo("SELL");
        assertThat(row.valueAt(9)).isEqualTo(12L);
    }

    @Test
    void givesKeyPartitionEventTimeAndPosition() {
        Received received = read(EpochUnit.MS, with("position", "41"));
        assertThat(received.position()).isEqualTo(41);
        assertThat(received.outcomes()).singleElement().isInstanceOfSatisfying(Outcome.Accepted.class, row -> {
            assertThat(row.stream()).isEqualTo("readings");
            assertThat(row.key()).isEqualTo("a\\|b");
            assertThat(row.partition()).isEqualTo(io.polaroid.schemas.record.SeriesKey.partition("a\\|b", 4));
            assertThat(row.eventTimeNanos()).isEqualTo(1723161256000_000_000L);
        });
        for (String none : List.of("-1", "1.5", "\"41\"", "null", "99999999999999999999")) {
            assertThat(read(EpochUnit.MS, with("position", none)).position()).isEqualTo(Received.NO_NUMBER);
        }
    }

    @Test
    void absentAndNullAreNullWhereTheColumnMayBe() {
        Row row = row(with("i", "null"));
        assertThat(row.isNull(3)).isTrue();
        assertThat(row.isNull(4)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
                    MS; 1723161256000;                       1723161256000000
                    MS; "1723161256000";                     1723161256000000
                    MS; 1723161256000.1239;                  1723161256000123
                    S;  1723161256;                          1723161256000000
                    S;  1723161256.123456;                   1723161256123456
                    S;  "1723161256.123456999";              1723161256123456
                    US; 1723161256123456;                    1723161256123456
                    NS; 1723161256123456789;                 1723161256123456
                    NS; -1;                                  -1
                    S;  1.723161256123456789e9;              1723161256123456
                    MS; "2024-08-08T23:54:16Z";              1723161256000000
                    MS; "2024-08-09T01:54:16.5+02:00";       1723161256500000
                    """)
    void timesAreConvertedWithoutADouble(EpochUnit unit, String json, long micros) {
        assertThat(read(unit, with("ts", json)).outcomes())
                .singleElement()
                .isInstanceOfSatisfying(
                        Outcome.Accepted.class,
                        row -> assertThat(row.row().longAt(1)).isEqualTo(micros));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
                    d;    null;                          MISSING_FIELD
                    key;  null;                          MISSING_FIELD
                    ts;   null;                          MISSING_FIELD
                    key;  5;                             WRONG_TYPE
                    key;  ["a"];                         WRONG_TYPE
                    d;    true;                          WRONG_TYPE
                    d;    "";                            WRONG_TYPE
                    d;    " 1";                          WRONG_TYPE
                    d;    "1d";                          WRONG_TYPE
                    d;    "0x10";                        WRONG_TYPE
                    d;    "1,5";                         WRONG_TYPE
                    d;    ".5";                          WRONG_TYPE
                    d;    "5.";                          WRONG_TYPE
                    d;    "--1";                         WRONG_TYPE
                    d;    "1.2.3";                       WRONG_TYPE
                    d;    {"a": 1};                      WRONG_TYPE
                    d;    "NaN";                         NOT_A_NUMBER
                    d;    "nan";                         NOT_A_NUMBER
                    d;    "-Infinity";                   NOT_A_NUMBER
                    d;    "inf";                         NOT_A_NUMBER
                    d;    NaN;                           NOT_A_NUMBER
                    d;    Infinity;                      NOT_A_NUMBER
                    d;    1e999;                         NOT_A_NUMBER
                    d;    1e99999999;                    NOT_A_NUMBER
                    d;    "-1e999";                      NOT_A_NUMBER
                    f;    1e39;                          WRONG_TYPE
                    i;    2147483648;                    WRONG_TYPE
                    i;    1.5;                           WRONG_TYPE
                    i;    "x";                           WRONG_TYPE
                    l;    9223372036854775808;           WRONG_TYPE
                    l;    1e400;                         NOT_A_NUMBER
                    b;    "true";                        WRONG_TYPE
                    b;    1;                             WRONG_TYPE
                    dec;  0.001;                         WRONG_TYPE
                    dec;  12345678;                      WRONG_TYPE
                    dec;  "1e9999";                      NOT_A_NUMBER
                    side; "HOLD";                        WRONG_TYPE
                    ts;   "2024-08-08T23:54:16";         WRONG_TYPE
                    ts;   "yesterday";                   WRONG_TYPE
                    ts;   true;                          WRONG_TYPE
                    ts;   99999999999999999;             WRONG_TYPE
                    ts;   "2300-01-01T00:00:00Z";        WRONG_TYPE
                    ts;   1723164856001;                 TOO_FAR_AHEAD
                    ts;   "2024-08-09T00:54:16.001Z";    TOO_FAR_AHEAD
                    """)
    void whatIsNoRowIsRejectedWithItsReason(String column, String json, ProblemCode reason) {
        assertThat(outcome(with(column, json))).isInstanceOfSatisfying(Outcome.Rejected.class, rejected -> {
            assertThat(rejected.problem().code()).isEqualTo(reason);
            assertThat(rejected.into()).isEqualTo("readings");
        });
    }

    @Test
    void anHourAheadIsNotTooFar() {
        assertThat(outcome(with("ts", "1723164856000"))).isInstanceOf(Outcome.Accepted.class);
    }

    @Test
    void whatIsNotOneWholeDocumentIsMalformed() {
        String whole = with("i", "1");
        var broken = new ArrayList<>(List.of(
                "",
                " ",
                "hello",
                whole + "x",
                whole + whole,
                "{\"key\":\"\u0001\"}",
                "[".repeat(5_000),
                with("d", "1e9999999999")));
        for (int end = 1; end < whole.length(); end++) {
            broken.add(whole.substring(0, end));
        }
        for (String text : broken) {
            assertThat(outcome(text))
                    .as(text)
                    .isInstanceOfSatisfying(
                            Outcome.Rejected.class,
                            rejected -> assertThat(rejected.problem().code()).isEqualTo(ProblemCode.MALFORMED_RECORD));
        }
        var reader = MessageReader.of(spec(EpochUnit.MS, Set.of())).orThrow();
        assertThat(reader.read(new byte[] {'"', (byte) 0xff, (byte) 0xfe, '"'}, NOW)
                        .outcomes())
                .singleElement()
                .isInstanceOf(Outcome.Rejected.class);
    }

    @Test
    void seriesThatAreNotListedAreRejected() {
        var reader = MessageReader.of(spec(EpochUnit.MS, Set.of("c"))).orThrow();
        assertThat(reader.read(with("i", "1").getBytes(StandardCharsets.UTF_8), NOW)
                        .outcomes())
                .singleElement()
                .isInstanceOfSatisfying(
                        Outcome.Rejected.class,
                        rejected -> assertThat(rejected.problem().code()).isEqualTo(ProblemCode.UNKNOWN_SYMBOL));
    }

    @Test
    void everyMatchingRuleGivesARowAndNoMatchGivesNone() {
        RowsSpec one = spec(EpochUnit.MS, Set.of());
        RowRule rule = one.rules().getFirst();
        var text = new RowRule("readings", Map.of("/e", TextNode.valueOf("x")), rule.fields(), null);
        var number = new RowRule("readings", Map.of("/n", IntNode.valueOf(1)), rule.fields(), null);
        var reader = MessageReader.of(new RowsSpec(List.of(text, number), one.streams(), Set.of(), null, null, 0))
                .orThrow();
        assertThat(count(reader, "\"x\"", "1.0")).isEqualTo(2);
        assertThat(count(reader, "\"y\"", "1")).isEqualTo(1);
        assertThat(count(reader, "\"y\"", "\"1\"")).isZero();
        assertThat(reader.read("[1,2]".getBytes(StandardCharsets.UTF_8), NOW).outcomes())
                .isEmpty();
        assertThat(reader.read("5".getBytes(StandardCharsets.UTF_8), NOW).outcomes())
                .isEmpty();
    }

    private static int count(MessageReader reader, String e, String n) {
        String message = "{\"key\":\"k\",\"ts\":1,\"d\":1,\"e\":" + e + ",\"n\":" + n + "}";
        return reader.read(message.getBytes(StandardCharsets.UTF_8), NOW)
                .outcomes()
                .size();
    }

    @Test
    void tellsEveryMistakeOfItsRules() {
        var fields = Map.of("key", FieldSource.at("key"), "nope", FieldSource.at("/x"), "ts", FieldSource.at("/ts"));
        var rules = List.of(
                new RowRule("readings", Map.of("e", TextNode.valueOf("x")), fields, null),
                new RowRule("absent", Map.of(), Map.of(), null));
        var streams = Map.of(
                "readings", new StreamSpec(SCHEMA, List.of("nokey"), "ts", null, 0),
                "other", new StreamSpec("{", List.of("a"), "b", null, 1),
                "third", new StreamSpec(SCHEMA, List.of(), "d", null, 1));
        assertThat(MessageReader.of(new RowsSpec(rules, streams, Set.of(), "position", null, -1)))
                .isInstanceOfSatisfying(Result.Err.class, err -> {
                    assertThat(err.problem().code()).isEqualTo(ProblemCode.INVALID_CONFIG);
                    assertThat(err.problem().context().keySet())
                            .containsExactlyInAnyOrder(
                                    "rows[0].when",
                                    "rows[0].fields",
                                    "rows[0].fields.key",
                                    "rows[1].into",
                                    "streams.readings.key",
                                    "streams.readings.partitions",
                                    "streams.other.schema",
                                    "streams.third.key",
                                    "streams.third.time",
                                    "position",
                                    "max_ahead_ms");
                });
        assertThat(Arrays.stream(EpochUnit.values()).map(EpochUnit::text)).containsExactly("s", "ms", "us", "ns");
    }
}
