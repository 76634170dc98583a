package io.polaroid.topology.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.topology.BatchOracle;
import io.polaroid.topology.BatchOracle.Tick;
import io.polaroid.topology.ClusterMarket;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** Compares all that the instances and the sink have written with the oracle, to the row. */
record ClusterCheck(Cluster cluster, ClusterFeed feed, ClusterTopics topics, ClusterLake lake) {
    private static final int TABLES = 2 + ClusterMarket.VIEWS.size();
    private static final Map<String, String> IDS = Map.of("trades", "trade_id", "quotes", "update_id");

    /**
     * Topics, state, counts, late rows, dead letters and Parquet files equal the oracle.
     *
     * @return how many rows were found in Parquet files
     */
    int assertEqualsOracle() throws Exception {
        cluster.awaitMarkers(ClusterTopics.names());
        cluster.awaitSink();
        var state = state();
        int inFiles = 0;
        for (String view : ClusterMarket.VIEWS) {
            var expected = byPartition((trades, quotes) -> ClusterMarket.expected(view, trades, quotes));
            for (int partition = 0; partition < ClusterMarket.PARTITIONS; partition++) {
                var published = topics.published(view, partition);
                assertThat(newest(published)).as("topic %s-%s", view, partition).isEqualTo(expected.get(partition));
                assertThat(state.rows().getOrDefault(view + "-" + partition, Map.of()))
                        .as("state of %s-%s", view, partition)
                        .isEqualTo(expected.get(partition));
                inFiles += lake.assertView(topics, view, partition, published);
            }
        }
        inFiles += assertStreams(state);
        assertCounts(state.counts());
        assertThat(topics.deadLetters())
                .as("dead letters")
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(feed.poison());
        return inFiles;
    }

    private int assertStreams(State state) throws SQLException {
        int inFiles = 0;
        for (var stream : IDS.entrySet()) {
            for (int partition = 0; partition < ClusterMarket.PARTITIONS; partition++) {
                var accepted = accepted(feed.ticks(stream.getKey(), partition));
                assertThat(state.rows()
                                .getOrDefault(stream.getKey() + "-" + partition, Map.of())
                                .keySet())
                        .as("rows of %s-%s", stream.getKey(), partition)
                        .isEqualTo(retained(accepted).stream()
                                .map(tick -> String.valueOf(tick.offset()))
                                .collect(Collectors.toSet()));
                inFiles += lake.assertStream(stream.getKey(), stream.getValue(), partition, accepted);
            }
        }
        return inFiles;
    }

    private static Map<String, String> newest(List<ClusterTopics.Published> published) {
        var newest = new TreeMap<String, String>();
        published.forEach(row -> newest.put(row.key(), row.cells()));
        return newest;
    }

    private void assertCounts(Map<String, Map<String, Long>> counts) {
        for (String view : ClusterMarket.VIEWS) {
            var lateRows = new HashSet<String>();
            for (String input : view.equals("enriched") ? List.of("trades", "quotes") : List.of("trades")) {
                var of = counts.get(view + "/" + input);
                long late = 0;
                long duplicates = 0;
                for (int partition = 0; partition < ClusterMarket.PARTITIONS; partition++) {
                    for (Tick tick : ClusterMarket.late(view, feed.ticks(input, partition))) {
                        lateRows.add(input + "-" + partition + "/" + tick.offset());
                        late++;
                    }
                    duplicates += BatchOracle.duplicates(feed.ticks(input, partition));
                }
                assertThat(of.values().stream().mapToLong(Long::longValue).sum())
                        .as("records of %s that %s counts: %s", input, view, of)
                        .isEqualTo(feed.records(input));
                assertThat(of)
                        .as("counts of %s/%s", view, input)
                        .containsEntry("late", late)
                        .containsEntry("duplicate", duplicates)
                        .containsEntry(
                                "dead_letter",
                                input.equals("trades") ? (long) feed.poison().size() : 0L);
            }
            assertThat(topics.late(view)).as("late rows of %s", view).isEqualTo(lateRows);
        }
    }

    /** The rows that are no duplicates. */
    private static List<Tick> accepted(List<Tick> ticks) {
        var ids = new HashSet<String>();
        return ticks.stream()
                .filter(tick -> ids.add(tick.symbol() + "/" + tick.id().orElseThrow()))
                .toList();
    }

    /** Those that have not expired. */
    private static List<Tick> retained(List<Tick> accepted) {
        long progress = accepted.stream().mapToLong(Tick::ts).max().orElse(0);
        long horizon = progress - ClusterMarket.ROWS_STAY.toNanos() / 1_000;
        return accepted.stream().filter(tick -> tick.ts() >= horizon).toList();
    }

    private List<Map<String, String>> byPartition(BiFunction<List<Tick>, List<Tick>, Map<String, String>> answer) {
        var answers = new ArrayList<Map<String, String>>();
        for (int partition = 0; partition < ClusterMarket.PARTITIONS; partition++) {
            answers.add(answer.apply(feed.ticks("trades", partition), feed.ticks("quotes", partition)));
        }
        return answers;
    }

    private record State(Map<String, Map<String, String>> rows, Map<String, Map<String, Long>> counts) {}

    private State state() throws Exception {
        var rows = new HashMap<String, Map<String, String>>();
        var counts = new HashMap<String, Map<String, Long>>();
        for (String line : cluster.state(IDS.size(), TABLES)) {
            var cells = line.split("\t", -1);
            if (cells[0].equals("row")) {
                var before = rows.computeIfAbsent(cells[1] + "-" + cells[2], key -> new TreeMap<>())
                        .put(cells[3], cells.length > 4 ? cells[4] : "");
                assertThat(before).as("second row in the state: %s", line).isNull();
            } else if (cells[0].equals("count")) {
                counts.computeIfAbsent(cells[1] + "/" + cells[2], key -> new TreeMap<>())
                        .merge(cells[3], Long.parseLong(cells[4]), Long::sum);
            }
        }
        return new State(rows, counts);
    }
}
