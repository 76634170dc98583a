package io.polaroid.schemas.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ControlRecordTest {
    @ParameterizedTest
    @EnumSource(ControlRecord.Kind.class)
    void readsWhatItWrote(ControlRecord.Kind kind) {
        var record = new ControlRecord("exchange/0", kind, Long.MIN_VALUE, Long.MAX_VALUE, "A\\|B|\\N \"é\"");

        assertThat(ControlRecord.isControl(record.toKey())).isTrue();
        assertThat(ControlRecord.fromKey(record.toKey())).isEqualTo(Result.ok(record));
    }

    @Test
    void keyIsPrefixAndJson() {
        var record = new ControlRecord("x/0", ControlRecord.Kind.END_OF_SNAPSHOT, 1, 2, "*");

        assertThat(new String(record.toKey(), StandardCharsets.UTF_8))
                .isEqualTo(
                        "\u0000polaroid/control/{\"source\":\"x/0\",\"kind\":\"end-of-snapshot\",\"from\":1,\"to\":2,"
                                + "\"series\":\"*\"}");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 5})
    void namesAnyNumberOfSeries(int series) {
        var keys = List.of("A", "B|C", "*x", "\u00e9", "A\\|B").subList(0, series);
        var record = new ControlRecord("x/0", ControlRecord.Kind.GAP, 1, 2, keys);

        assertThat(ControlRecord.fromKey(record.toKey())).isEqualTo(Result.ok(record));
        assertThat(record.concerns("A")).isEqualTo(series > 0);
        assertThat(record.concerns("Z")).isFalse();
        assertThat(new ControlRecord("x/0", ControlRecord.Kind.GAP, 1, 2, "*").concerns("Z"))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"source\":\"x\",\"kind\":\"down\",\"from\":1,\"to\":2,\"series\":[1]}",
                "{\"source\":\"x\",\"kind\":\"down\",\"from\":1,\"to\":2,\"series\":{}}",
                "",
                "{",
                "[]",
                "null",
                "{}",
                "{\"source\":\"x\",\"kind\":\"DOWN\",\"from\":1,\"to\":2,\"series\":\"*\"}",
                "{\"source\":\"x\",\"kind\":\"down\",\"from\":1.5,\"to\":2,\"series\":\"*\"}",
                "{\"source\":\"x\",\"kind\":\"down\",\"from\":1,\"to\":99999999999999999999,\"series\":\"*\"}",
                "{\"source\":\"x\",\"kind\":\"down\",\"from\":1,\"to\":2}"
            })
    void refusesOtherJson(String json) {
        byte[] key = (ControlRecord.KEY_PREFIX + json).getBytes(StandardCharsets.UTF_8);

        assertThat(ControlRecord.fromKey(key)).isInstanceOf(Result.Err.class);
    }

    @Test
    void otherKeysAreNoControlRecords() {
        assertThat(ControlRecord.isControl(null)).isFalse();
        assertThat(ControlRecord.isControl("BTCUSDT".getBytes(StandardCharsets.UTF_8)))
                .isFalse();
        assertThat(ControlRecord.fromKey(new byte[0]))
                .isEqualTo(Result.err(
                        ProblemCode.MALFORMED_RECORD, "the key does not start with the prefix of control records"));
    }
}
