package io.polaroid.launcher.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads {@code sinks:}. */
final class SinksReader {
    private static final long DEFAULT_ROWS = 5_000_000;
    private static final Duration DEFAULT_EVERY = Duration.ofMinutes(15);
    private static final Duration SHORTEST_EVERY = Duration.ofMillis(1);
    private static final Duration LONGEST_EVERY = Duration.ofDays(3_660);

    private final Set<String> tables;
    private final Mistakes mistakes;

    /** @param tables the streams and views that the file names */
    SinksReader(Set<String> tables, Mistakes mistakes) {
        this.tables = tables;
        this.mistakes = mistakes;
    }

    List<ParquetSpec> read(Node node) {
        var sinks = new ArrayList<ParquetSpec>();
        Fields.of(node, mistakes)
                .ifPresent(all -> all.mapping().entries().forEach((name, entry) -> {
                    Names.check(name, entry, mistakes);
                    Fields.of(entry.value(), mistakes)
                            .flatMap(fields -> sink(name, fields))
                            .ifPresent(sinks::add);
                }));
        return sinks;
    }

    private Optional<ParquetSpec> sink(String name, Fields fields) {
        List<String> from = from(fields);
        fields.notBuilt("iceberg", "s3", "kafka", "jdbc");
        Optional<Fields> parquet =
                fields.required("parquet", "parquet: {path: data/lake}").flatMap(node -> Fields.of(node, mistakes));
        fields.noOthers();
        return parquet.flatMap(options -> parquet(name, from, options));
    }

    private List<String> from(Fields fields) {
        var from = new LinkedHashSet<String>();
        fields.required("from", "from: [<stream or view>]").ifPresent(node -> {
            List<Fields.Located> named = fields.asTexts(node);
            if (named.isEmpty()) {
                mistakes.add(node, "names no stream or view");
            }
            for (Fields.Located table : named) {
                if (!tables.contains(table.text())) {
                    mistakes.add(
                            table.node(),
                            "no stream or view \"%s\"%s".formatted(table.text(), Nearest.hint(table.text(), tables)));
                }
                if (!from.add(table.text())) {
                    mistakes.add(table.node(), "\"%s\" is there twice".formatted(table.text()));
                }
            }
        });
        return List.copyOf(from);
    }

    private Optional<ParquetSpec> parquet(String name, List<String> from, Fields options) {
        Optional<Path> path = options.requiredText("path", "path: data/lake").flatMap(text -> path(options, text));
        List<Fields.Located> partition = options.texts("partition");
        for (int i = 0; i < partition.size(); i++) {
            Fields.Located column = partition.get(i);
            if (i > 0) {
                mistakes.add(
                        column.node(),
                        "a lake is partitioned by one column; leave \"%s\" out".formatted(column.text()));
            } else if (!column.text().equals("date")) {
                mistakes.add(
                        column.node(),
                        "not built yet: a lake partitioned by \"%s\"; only date".formatted(column.text()));
            }
        }
        Optional<Fields> roll = options.node("roll").flatMap(node -> Fields.of(node, mistakes));
        long rows = roll.flatMap(some -> some.number("rows", 1, 1_000_000_000)).orElse(DEFAULT_ROWS);
        Duration every = roll.flatMap(some -> some.between("every", SHORTEST_EVERY, LONGEST_EVERY))
                .orElse(DEFAULT_EVERY);
        roll.ifPresent(Fields::noOthers);
        options.notBuilt("compression", "s3", "compact", "sort");
        options.noOthers();
        List<String> columns = partition.stream().map(Fields.Located::text).toList();
        return path.map(folder -> new ParquetSpec(name, from, folder, columns, rows, every));
    }

    private Optional<Path> path(Fields options, String text) {
        try {
            return Optional.of(Path.of(text));
        } catch (InvalidPathException e) {
            options.node("path").ifPresent(node -> mistakes.add(node, "is no path: " + e.getReason()));
            return Optional.empty();
        }
    }
}
