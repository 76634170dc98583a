package io.polaroid.ingest.replay;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Recordings for tests: the two that ship, and small ones. */
public final class TestRecording {
    /** USD-M perpetual: 21,313 trades, 66,089 quotes. */
    public static final Path USDM = shipped("binance_usdm_btcusdt_20240808.txt.gz");

    /** COIN-M perpetual: 2,286 trades, 19,136 quotes. */
    public static final Path COINM = shipped("binance_coinm_btcusd_20240808.txt.gz");

    static final String HEADER = """
            # {"origin":"test","licence":"Apache-2.0","time":["/data/T","/data/E"],"id":["/data/t","/data/u"]}""";

    private TestRecording() {}

    private static Path shipped(String name) {
        return Path.of(System.getProperty("basedir", "."), "..", "demo", "recordings", name);
    }

    /** A recording of these lines, the first of them the header. */
    public static Path write(Path file, List<String> lines) {
        try (Writer out =
                new OutputStreamWriter(new GZIPOutputStream(Files.newOutputStream(file)), StandardCharsets.UTF_8)) {
            for (String line : lines) {
                out.write(line + "\n");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    /** Three trades and a quote, received at 0, 1.5, 1.5 and 4 s. */
    public static Path small(Path folder) {
        return write(
                folder.resolve("small.txt.gz"),
                List.of(
                        HEADER,
                        "1000000000 " + trade(10_000, 10_001, 7),
                        "2500000000 " + trade(11_500, 11_501, 8),
                        "2500000000 {\"stream\":\"x@bookTicker\",\"data\":{\"u\":100,\"s\":\"X\",\"T\":11500,\"E\":11502}}",
                        "5000000000 " + trade(14_000, 14_001, 10)));
    }

    static String trade(long time, long sent, long id) {
        return "{\"stream\":\"x@trade\",\"data\":{\"E\":" + sent + ",\"T\":" + time + ",\"s\":\"X\",\"t\":" + id
                + ",\"p\":\"1.50\"}}";
    }
}
