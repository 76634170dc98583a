package io.polaroid.bench.run;

import io.polaroid.bench.child.Job;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Compares what stands in an output topic with the oracle, through Apache Avro's own reader. */
final class Check {
    private static final int WIRE_HEADER = 5;
    private static final double TOLERANCE = 1e-9;

    private final Oracle oracle;
    private final Cluster cluster;

    /**
     * What was found.
     *
     * @param records records of the topic
     * @param results different results among them
     * @param expected results that should be there
     * @param wrong results that are missing or differ; where a contestant publishes updates the last one counts
     * @param examples some of the wrong ones, for a reader to judge
     */
    record Found(long records, long results, long expected, long wrong, List<String> examples) {}

    Check(Oracle oracle, Cluster cluster) {
        this.oracle = oracle;
        this.cluster = cluster;
    }

    /** Which columns a job's results have besides symbol and ts. */
    private static List<String> columns(Job job) {
        return switch (job) {
            case RESAMPLE_1S, RESAMPLE_1M -> List.of("open", "high", "low", "close", "volume", "count", "vwap");
            case ROLLING_60S -> List.of("mean", "sd", "low", "high", "vwap");
            case ASOF -> List.of("price", "size", "bid", "ask");
        };
    }

    /** Reads a topic and compares it. */
    Found compare(Job job, Case inputs, String output, String schema) {
        var names = columns(job);
        oracle.run("create or replace table results (symbol varchar, ts bigint, pos bigint, "
                + names.stream().map(name -> name + " double").collect(Collectors.joining(", ")) + ")");
        long records = load(output, new Schema.Parser().parse(schema), names);
        var expected = oracle.expected(job, inputs.trades(), inputs.quotes());
        long[] found = oracle.numbers(job == Job.ASOF ? joined(expected) : keyed(expected, names));
        var examples = found[2] == 0 || job == Job.ASOF ? List.<String>of() : oracle.lines(examples(expected, names));
        oracle.run("drop table results");
        return new Found(records, found[0], found[1], found[2], examples);
    }

    private static String differs(String name) {
        return "not coalesce(abs(%1$s - %2$s) <= %3$s * greatest(1, abs(%2$s)), %1$s is null and %2$s is null)"
                .formatted(number("r", name), number("e", name), TOLERANCE);
    }

    /** Each column that differs, with its worst case. */
    private static String examples(String expected, List<String> names) {
        return names.stream()
                .map(name -> """
                    (with newest as (select *, row_number() over (partition by symbol, ts order by pos desc) as k from results)
                     select format('%1$s: {} differ, the most at {} {}: {}, expected {}', count(*), arg_max(r.symbol, d), arg_max(r.ts, d),
                       arg_max(%2$s, d), arg_max(%3$s, d))
                     from (select *, k from newest where k = 1) r join %4$s e on r.symbol = e.symbol and r.ts = e.ts,
                       lateral (select coalesce(abs(%2$s - %3$s), 'inf'::double) as d) where %5$s having count(*) > 0)
                    """.formatted(name, number("r", name), number("e", name), expected, differs(name)))
                .collect(Collectors.joining(" union all "));
    }

    /**
     * Every closed result must be there with the right numbers; open ones may be there, and must then be right too where all
     * input is in them, which is so since all input was processed.
     */
    private static String keyed(String expected, List<String> names) {
        var differs = names.stream().map(Check::differs).collect(Collectors.joining(" or "));
        return """
            with newest as (select *, row_number() over (partition by symbol, ts order by pos desc) as k from results),
            r as (select * from newest where k = 1)
            select (select count(*) from r),
              (select count(*) from %1$s where closed),
              (select count(*) from %1$s e full join r on r.symbol = e.symbol and r.ts = e.ts
               where (e.closed and r.symbol is null) or e.symbol is null or (r.symbol is not null and (%2$s)))
            """.formatted(expected, differs);
    }

    /** Deviations by their squares: what a sum of squares has lost is small there, but not in the root of nearly nothing. */
    private static String number(String table, String name) {
        return name.equals("sd") ? "(%1$s.sd * %1$s.sd)".formatted(table) : table + "." + name;
    }

    private static String joined(String expected) {
        return """
            with r as (select symbol, ts, price, size, bid, ask from results),
            e as (select symbol, ts, price, size, bid, ask, closed from %1$s)
            select (select count(*) from r), (select count(*) from e where closed),
              (select count(*) from (select * exclude closed from e where closed except all from r))
                + (select count(*) from (from r except all select * exclude closed from e))
            """.formatted(expected);
    }

    private long load(String topic, Schema schema, List<String> names) {
        var decoder = new Decoder(schema, names);
        long records = 0;
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                cluster.bootstrap(),
                "isolation.level",
                "read_committed",
                "max.poll.records",
                20_000);
        try (var rows = oracle.appender("results");
                var consumer =
                        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var ends = cluster.ends(List.of(topic));
            consumer.assign(ends.keySet());
            consumer.seekToBeginning(ends.keySet());
            var left = new ArrayList<TopicPartition>(ends.keySet());
            while (!left.isEmpty()) {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    if (record.value() == null) {
                        // A control record: a view's topic carries its progress on.
                        continue;
                    }
                    records++;
                    var row = decoder.read(record.value());
                    rows.beginRow();
                    rows.append(row.symbol);
                    rows.append(row.millis);
                    rows.append(record.offset());
                    for (double number : row.numbers) {
                        if (Double.isNaN(number)) {
                            rows.appendNull();
                        } else {
                            rows.append(number);
                        }
                    }
                    rows.endRow();
                }
                left.removeIf(partition -> consumer.position(partition) >= ends.getOrDefault(partition, 0L));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return records;
    }

    /** One result; NaN is null. */
    private static final class ResultRow {
        private String symbol = "";
        private long millis;
        private double[] numbers = {};
    }

    private static final class Decoder {
        private final GenericDatumReader<GenericRecord> reader;
        private final int[] positions;
        private final int symbol;
        private final int time;
        private final ResultRow row = new ResultRow();
        private @Nullable GenericRecord reused;
        private @Nullable BinaryDecoder bytes;

        Decoder(Schema schema, List<String> names) {
            // Without conversions: times as longs.
            this.reader = new GenericDatumReader<>(schema, schema, new GenericData());
            this.positions =
                    names.stream().mapToInt(name -> schema.getField(name).pos()).toArray();
            this.symbol = schema.getField("symbol").pos();
            this.time = schema.getField("ts").pos();
            this.row.numbers = new double[names.size()];
        }

        ResultRow read(byte[] value) {
            try {
                bytes = DecoderFactory.get().binaryDecoder(value, WIRE_HEADER, value.length - WIRE_HEADER, bytes);
                reused = reader.read(reused, bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            row.symbol = reused.get(symbol).toString();
            row.millis = (long) reused.get(time) / 1_000;
            for (int i = 0; i < positions.length; i++) {
                row.numbers[i] = reused.get(positions[i]) instanceof Number number ? number.doubleValue() : Double.NaN;
            }
            return row;
        }
    }
}
