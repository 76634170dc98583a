package io.polaroid.ingest.rows;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.ingest.replay.TestRecording;
import io.polaroid.ingest.websocket.BinanceSource;
import io.polaroid.schemas.avro.RowCodec;
import io.polaroid.schemas.record.BuiltInSchemas;
import io.polaroid.schemas.registry.InMemorySchemaRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageReaderFuzzTest {
    private static final String[] SPLINTERS = {
        "NaN",
        "1e999999999",
        "-",
        "null",
        "\"\"",
        "{}",
        "[",
        "\\u0000",
        "\ud800",
        "99999999999999999999",
        "-0.0",
        "\"",
        "}"
    };

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void mutatedMessagesGiveARowThatEncodesOrAReason(long seed) throws IOException {
        var random = new SplittableRandom(seed);
        var source = BinanceSource.at("ws://127.0.0.1/");
        var reader = MessageReader.of(source.rowsSpec()).orThrow();
        var registry = new InMemorySchemaRegistry();
        Map<String, RowCodec> codecs = Map.of(
                "trades",
                        RowCodec.of(BuiltInSchemas.trade(), "trades-value", registry)
                                .orThrow(),
                "quotes",
                        RowCodec.of(BuiltInSchemas.quote(), "quotes-value", registry)
                                .orThrow());
        List<String> messages = messages();
        int rejected = 0;
        int accepted = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] message = mutate(messages.get(random.nextInt(messages.size())), random);
            for (Outcome outcome : reader.read(message, 1723161256000L).outcomes()) {
                switch (outcome) {
                    case Outcome.Accepted row -> {
                        accepted++;
                        byte[] value = codecs.get(row.stream()).encode(row.row());
                        assertThat(codecs.get(row.stream())
                                        .decode(value)
                                        .orThrow()
                                        .valueAt(1))
                                .isEqualTo(row.row().valueAt(1));
                        assertThat(row.row().doubleAt(2))
                                .as("seed %d step %d", seed, i)
                                .isFinite();
                    }
                    case Outcome.Rejected no -> {
                        rejected++;
                        assertThat(no.problem().detail())
                                .as("seed %d step %d", seed, i)
                                .isNotBlank();
                    }
                }
            }
        }
        assertThat(rejected).isGreaterThan(1_000);
        assertThat(accepted).isGreaterThan(1_000);
    }

    private static List<String> messages() throws IOException {
        try (var lines = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(TestRecording.COINM)), StandardCharsets.UTF_8))) {
            return lines.lines()
                    .skip(1)
                    .limit(500)
                    .map(line -> line.substring(line.indexOf(' ') + 1))
                    .toList();
        }
    }

    private static byte[] mutate(String message, SplittableRandom random) {
        var text = new StringBuilder(message);
        for (int change = random.nextInt(3); change >= 0; change--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(5)) {
                case 0 -> text.setLength(Math.max(1, at));
                case 1 -> text.setCharAt(at, (char) random.nextInt(32, 127));
                case 2 -> text.deleteCharAt(at).append(' ');
                case 3 -> text.insert(at, SPLINTERS[random.nextInt(SPLINTERS.length)]);
                default -> replaceValue(text, at, SPLINTERS[random.nextInt(SPLINTERS.length)]);
            }
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        if (random.nextInt(10) == 0) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    /** Replaces what stands between the next colon and the next comma. */
    private static void replaceValue(StringBuilder text, int from, String by) {
        int colon = text.indexOf(":", from);
        int comma = colon < 0 ? -1 : text.indexOf(",", colon);
        if (comma > 0) {
            text.replace(colon + 1, comma, by);
        }
    }
}
