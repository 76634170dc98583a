package io.polaroid.bench.run;

import io.polaroid.bench.child.Job;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/** DuckDB over the generator's rows: what every contestant should have published. */
final class Oracle implements AutoCloseable {
    private final Connection connection;
    private final long disorderMillis;
    private final Set<String> expected = new HashSet<>();

    Oracle(long disorderMillis) {
        this.disorderMillis = disorderMillis;
        try {
            this.connection = DriverManager.getConnection("jdbc:duckdb:");
            run("set threads = 2");
            run("set memory_limit = '4GB'");
            run("set preserve_insertion_order = false");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Takes the rows of a topic. */
    interface Rows extends AutoCloseable {
        void add(String symbol, long millis, double price, double size, int partition, long offset);

        @Override
        void close();
    }

    /** A table named as the topic. */
    Rows table(String topic) {
        run(
                "create or replace table \"%s\" (symbol varchar, ts bigint, price double, size double, part integer, pos bigint)"
                        .formatted(topic));
        return new Appending(appender(topic));
    }

    DuckDBAppender appender(String table) {
        try {
            return connection.unwrap(DuckDBConnection.class).createAppender(DuckDBConnection.DEFAULT_SCHEMA, table);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private record Appending(DuckDBAppender appender) implements Rows {
        @Override
        public void add(String symbol, long millis, double price, double size, int partition, long offset) {
            try {
                appender.beginRow();
                appender.append(symbol);
                appender.append(millis);
                appender.append(price);
                appender.append(size);
                appender.append(partition);
                appender.append(offset);
                appender.endRow();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            try {
                appender.close();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /**
     * The table of results that a job should have, made when first asked for: {@code symbol, ts} (ms), the job's numbers,
     * {@code n_rows} (input rows of this symbol and time), {@code closed} (whether the input's end brought the partition's
     * progress past the result's end and the wait).
     */
    String expected(Job job, String trades, String quotes) {
        var name = "expected_" + job.name() + "_" + trades;
        if (expected.add(name)) {
            run("create table \"%s\" as %s".formatted(name, query(job, trades, quotes)));
        }
        return "\"" + name + "\"";
    }

    private String query(Job job, String trades, String quotes) {
        return switch (job) {
            case RESAMPLE_1S, RESAMPLE_1M -> bars(job, trades);
            case ROLLING_60S -> rolling(job, trades);
            case ASOF -> asOf(job, trades, quotes);
        };
    }

    private String bars(Job job, String trades) {
        return """
            with rows as (select *, (ts // %1$d) * %1$d as start, (ts - 1700000000000) * 10000000 + pos as place from "%2$s"),
            ends as (select part, max(ts) as last from rows group by part)
            select symbol, start as ts, arg_min(price, place) as open, max(price) as high, min(price) as low,
              arg_max(price, place) as close, sum(size) as volume, count(*)::double as count,
              sum(price * size) / sum(size) as vwap, 1::bigint as n_rows,
              start + %1$d + %3$d <= any_value(last) as closed
            from rows join ends using (part) group by symbol, start
            """.formatted(job.millis(), trades, disorderMillis);
    }

    private String rolling(Job job, String trades) {
        return """
            with ends as (select part, max(ts) as last from "%2$s" group by part),
            windows as (select symbol, ts, part, avg(price) over w as mean, stddev_samp(price) over w as sd,
              min(price) over w as low, max(price) over w as high,
              sum(price * size) over w / sum(size) over w as vwap from "%2$s"
              window w as (partition by symbol order by ts range between %1$d preceding and current row))
            select symbol, ts, any_value(mean) as mean, any_value(sd) as sd, any_value(low) as low,
              any_value(high) as high, any_value(vwap) as vwap, count(*) as n_rows,
              ts + 1 + %3$d <= any_value(last) as closed
            from windows join ends using (part) group by symbol, ts
            """.formatted(job.millis() - 1, trades, disorderMillis);
    }

    private String asOf(Job job, String trades, String quotes) {
        return """
            with ends as (select part, min(last) as last from (
                select part, max(ts) as last from "%2$s" group by part
                union all select part, max(ts) as last from "%3$s" group by part) group by part),
            newest as (select symbol, ts, arg_max(price, pos) as bid from "%3$s" group by symbol, ts)
            select t.symbol, t.ts, t.price, t.size,
              case when t.ts - q.ts <= %1$d then q.bid end as bid,
              case when t.ts - q.ts <= %1$d then q.bid + 0.02 end as ask,
              1::bigint as n_rows, t.ts + 1 + %4$d <= last as closed
            from "%2$s" t asof left join newest q on t.symbol = q.symbol and t.ts >= q.ts
            join ends on ends.part = t.part
            """.formatted(job.millis(), trades, quotes, disorderMillis);
    }

    void run(String sql) {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** The numbers of the only row of an answer. */
    long[] numbers(String sql) {
        try (var statement = connection.createStatement();
                var answer = statement.executeQuery(sql)) {
            answer.next();
            var numbers = new long[answer.getMetaData().getColumnCount()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = answer.getLong(i + 1);
            }
            return numbers;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** The first column of each row of an answer. */
    List<String> lines(String sql) {
        try (var statement = connection.createStatement();
                var answer = statement.executeQuery(sql)) {
            var lines = new ArrayList<String>();
            while (answer.next()) {
                lines.add(answer.getString(1));
            }
            return lines;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
