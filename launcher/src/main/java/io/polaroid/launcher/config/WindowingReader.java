package io.polaroid.launcher.config;

import io.polaroid.schemas.stream.StreamColumns;
import io.polaroid.timeseries.batch.StartBy;
import io.polaroid.timeseries.calendar.TradingCalendar;
import io.polaroid.timeseries.grid.Grid;
import io.polaroid.timeseries.grid.Windowing;
import io.polaroid.timeseries.operator.Closed;
import io.polaroid.timeseries.result.Result;
import io.polaroid.timeseries.time.Span;
import io.polaroid.timeseries.time.TimeUnits;
import io.polaroid.topology.pipeline.ViewSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads which windows a resampled view has. */
final class WindowingReader {
    static final List<String> CLOSED = List.of("left", "right", "both", "none");

    private static final List<String> START_BY = List.of(
            "window", "datapoint", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday");

    private final Fields options;
    private final Path folder;
    private final Mistakes mistakes;

    /** @param folder what paths are relative to */
    WindowingReader(Fields options, Path folder, Mistakes mistakes) {
        this.options = options;
        this.folder = folder;
        this.mistakes = mistakes;
    }

    /** The windows, or nothing with what is wrong noted. */
    Optional<Windowing> read(Optional<StreamColumns> columns) {
        Optional<Span> every = options.required("every", "every: 1m")
                .flatMap(node -> span("every"))
                .map(WindowingReader::wholeWeeks);
        Optional<Span> period = span("period");
        Optional<Span> offset = span("offset");
        Closed closed = closed(options, "left");
        String label = options.word("label", List.of("left", "right")).orElse("left");
        String start = options.word("start_by", START_BY).orElse("window");
        Optional<ZoneId> zone = zone();
        Optional<TradingCalendar> calendar = calendar();
        if (every.isEmpty()) {
            return Optional.empty();
        }
        var windowing = new Windowing(
                every.get(),
                period.map(WindowingReader::wholeWeeks).orElse(every.get()),
                offset.orElse(Span.ZERO),
                closed,
                Windowing.Edge.valueOf(label.toUpperCase(Locale.ROOT)),
                StartBy.valueOf(start.toUpperCase(Locale.ROOT)),
                calendar.isPresent() ? ZoneOffset.UTC : zone.orElse(ZoneOffset.UTC),
                calendar);
        return columns.isEmpty() || fits(windowing, columns.get()) ? Optional.of(windowing) : Optional.empty();
    }

    private boolean fits(Windowing windowing, StreamColumns columns) {
        if (windowing.grid(TimeUnits.nanosPer(columns.unit())) instanceof Result.Err<Grid> err) {
            mistakes.add(blamed(windowing), err.problem().detail());
            return false;
        }
        return true;
    }

    /** The option that windows cannot be with: the first one that is not the default, but that they would be without. */
    private Node blamed(Windowing windowing) {
        if (!windowing.period().isPositive() || windowing.period().index()) {
            return options.node("period").or(() -> options.node("every")).orElse(options.mapping());
        }
        if (windowing.offset().index()) {
            return options.node("offset").orElse(options.mapping());
        }
        return options.node("every").orElse(options.mapping());
    }

    /** Days that make weeks start on Mondays, in streams. */
    private static Span wholeWeeks(Span span) {
        boolean weeks = span.days() > 0 && span.days() % 7 == 0 && span.isOneKind();
        return weeks ? new Span(0, span.days() / 7, 0, 0, span.negative(), false) : span;
    }

    static Closed closed(Fields options, String usual) {
        return Closed.valueOf(options.word("closed", CLOSED).orElse(usual).toUpperCase(Locale.ROOT));
    }

    private Optional<Span> span(String key) {
        return span(options, key, mistakes);
    }

    /** A length of time, which may be negative and of calendar units. */
    static Optional<Span> span(Fields options, String key, Mistakes mistakes) {
        return options.text(key).flatMap(text -> switch (Span.parse(text.equals("0") ? "0s" : text.replace("_", ""))) {
            case Result.Ok<Span> ok -> Optional.of(ok.value());
            case Result.Err<Span> err -> {
                Node node = options.node(key).orElse(options.mapping());
                mistakes.add(node, "expected a duration such as 250ms, 90s, 5m or 1h, found " + node.kind());
                yield Optional.empty();
            }
        });
    }

    /** A length of time that may be negative. */
    static Optional<Duration> signed(Fields options, String key, Mistakes mistakes) {
        return span(options, key, mistakes).flatMap(span -> {
            if (span.months() > 0 || span.index()) {
                mistakes.add(options.node(key).orElse(options.mapping()), "months differ in length; use d, h, m or s");
                return Optional.empty();
            }
            Duration length = Duration.ofNanos(span.nanos()).plusDays(7 * span.weeks() + span.days());
            return Optional.of(span.negative() ? length.negated() : length);
        });
    }

    /** The times of a grid. */
    Optional<Windowing> steps(Optional<StreamColumns> columns) {
        Optional<Span> every = options.required("every", "every: 10s").flatMap(node -> span("every"));
        Optional<Span> offset = span("offset");
        Optional<ZoneId> zone = zone();
        return every.map(WindowingReader::wholeWeeks)
                .map(step -> ViewSpec.Steps.grid(step, offset.orElse(Span.ZERO), zone.orElse(ZoneOffset.UTC)))
                .filter(grid -> columns.isEmpty() || fits(grid, columns.get()));
    }

    private Optional<ZoneId> zone() {
        return options.text("timezone").flatMap(text -> {
            try {
                return Optional.of(ZoneId.of(text));
            } catch (DateTimeException e) {
                mistakes.add(
                        options.node("timezone").orElse(options.mapping()),
                        "no time zone \"%s\"; use a name such as America/New_York%s"
                                .formatted(text, Nearest.hint(text, ZoneId.getAvailableZoneIds())));
                return Optional.empty();
            }
        });
    }

    private Optional<TradingCalendar> calendar() {
        Optional<String> text = options.text("calendar");
        return text.filter(this::isFile).isPresent()
                ? text.flatMap(this::own)
                : options.word("calendar", TradingCalendar.CODES)
                        .map(code -> TradingCalendar.named(code).orThrow());
    }

    private boolean isFile(String text) {
        return text.endsWith(".calendar");
    }

    private Optional<TradingCalendar> own(String path) {
        Node node = options.node("calendar").orElse(options.mapping());
        try {
            switch (TradingCalendar.parse(Files.readString(folder.resolve(path)))) {
                case Result.Ok<TradingCalendar> ok -> {
                    return Optional.of(ok.value());
                }
                case Result.Err<TradingCalendar> err ->
                    mistakes.add(node, path + ": " + err.problem().detail());
            }
        } catch (IOException | InvalidPathException e) {
            mistakes.add(node, "no file \"%s\" beside this one, or not UTF-8 text".formatted(path));
        }
        return Optional.empty();
    }
}
