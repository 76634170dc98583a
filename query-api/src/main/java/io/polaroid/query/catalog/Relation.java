package io.polaroid.query.catalog;

import io.polaroid.query.topic.TopicTable;
import io.polaroid.store.read.LiveTable;
import java.util.List;
import java.util.Locale;
import org.apache.arrow.vector.types.pojo.Schema;

/** Something that a query can name. */
public sealed interface Relation {
    /** Its name. */
    String name();

    /** Its columns. */
    Schema schema();

    /** What it is: {@code stream}, {@code view} or {@code topic}. */
    String kind();

    /** The columns that make its series key; none for a topic. */
    List<String> keyColumns();

    /** Its time column; empty for a topic. */
    String timeColumn();

    /** How many partitions it has; 0 where that is known only to the broker. */
    int partitions();

    /** Where its rows come from and how far back they reach. */
    String description();

    /** A stream or view of the running pipeline. */
    record Live(LiveTable table, boolean sunk) implements Relation {
        @Override
        public String name() {
            return table.name();
        }

        @Override
        public Schema schema() {
            return table.schema();
        }

        @Override
        public String kind() {
            return table.kind().name().toLowerCase(Locale.ROOT);
        }

        @Override
        public List<String> keyColumns() {
            return table.keyColumns();
        }

        @Override
        public String timeColumn() {
            return table.timeColumn();
        }

        @Override
        public int partitions() {
            return table.partitions();
        }

        @Override
        public String description() {
            var rows = switch (table.kind()) {
                case STREAM -> "the rows of topic " + name();
                case VIEW -> "the newest revision of each result, provisional ones (revision null) included";
            };
            return rows
                    + (sunk
                            ? ": what the stores retain, and Parquet history before that"
                            : ": what the stores retain; no sink keeps its history");
        }
    }

    /** A topic that is read when it is asked for. */
    record Topic(TopicTable table) implements Relation {
        @Override
        public String name() {
            return table.name();
        }

        @Override
        public Schema schema() {
            return table.schema();
        }

        @Override
        public String kind() {
            return "topic";
        }

        @Override
        public List<String> keyColumns() {
            return List.of();
        }

        @Override
        public String timeColumn() {
            return "";
        }

        @Override
        public int partitions() {
            return 0;
        }

        @Override
        public String description() {
            return "every committed row of topic " + table.source().topic() + ", read when it is asked for";
        }
    }
}
