package io.polaroid.ingest.replay;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;

/**
 * Reads a recording: gzip of a header line ({@code # } and JSON) and lines of receive time in nanoseconds, a space and the
 * message. The session length is the range of the first time pointer and one second more, in whole milliseconds.
 */
final class RecordingReader {
    private static final long GAP_MILLIS = 1_000;
    private static final String HEADER_MARK = "# ";

    private final JsonFactory json = new JsonFactory();
    private final List<String> timePointers;
    private final List<String> idPointers;
    private final LongSummaryStatistics times = new LongSummaryStatistics();
    private final List<LongSummaryStatistics> ids;

    private RecordingReader(List<String> timePointers, List<String> idPointers) {
        this.timePointers = timePointers;
        this.idPointers = idPointers;
        this.ids = Stream.generate(LongSummaryStatistics::new)
                .limit(idPointers.size())
                .toList();
    }

    /** The recording in a file, or {@code INVALID_CONFIG} naming file and line. */
    static Result<Recording> read(Path file) {
        int number = 1;
        try (var reader = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            String header = reader.readLine();
            if (header == null || !header.startsWith(HEADER_MARK)) {
                return mistake(file, number, "must be '# ' and a JSON header");
            }
            JsonNode fields = new ObjectMapper().readTree(header.substring(HEADER_MARK.length()));
            var recording = new RecordingReader(texts(fields.path("time")), texts(fields.path("id")));
            var lines = new ArrayList<Recording.Line>();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                lines.add(recording.line(line));
            }
            return lines.isEmpty() ? mistake(file, number, "no message follows") : Result.ok(recording.finish(lines));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return mistake(file, number, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return mistake(file, number, e.toString());
        }
    }

    private static Result<Recording> mistake(Path file, int line, String detail) {
        return Result.err(Problem.of(ProblemCode.INVALID_CONFIG, "recording cannot be read: " + detail)
                .with("file", file.toString())
                .with("line", Integer.toString(line)));
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private Recording.Line line(String line) throws IOException {
        int space = line.indexOf(' ');
        if (space < 0 || line.length() == space + 1 || line.charAt(space + 1) != '{') {
            throw new IllegalArgumentException("must be a time, a space and a JSON object");
        }
        String message = line.substring(space + 1);
        return new Recording.Line(Long.parseLong(line, 0, space, 10), message, numbers(message));
    }

    private List<Recording.Span> numbers(String message) throws IOException {
        var spans = new ArrayList<Recording.Span>();
        try (JsonParser parser = json.createParser(message)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.VALUE_NUMBER_INT) {
                    String pointer = parser.getParsingContext().pathAsPointer().toString();
                    if (!timePointers.contains(pointer) && !idPointers.contains(pointer)) {
                        continue;
                    }
                    int start = (int) parser.currentTokenLocation().getCharOffset();
                    note(pointer, parser.getLongValue(), start, start + parser.getTextLength(), spans);
                }
            }
        } catch (JsonProcessingException e) {
            // A feed that sent a broken message is replayed with it, unshifted from where it breaks.
            return List.copyOf(spans);
        }
        return List.copyOf(spans);
    }

    private void note(String pointer, long value, int start, int end, List<Recording.Span> spans) {
        int time = timePointers.indexOf(pointer);
        int id = idPointers.indexOf(pointer);
        if (time >= 0) {
            spans.add(new Recording.Span(start, end, Recording.Span.TIME));
        } else if (id >= 0) {
            spans.add(new Recording.Span(start, end, id));
            ids.get(id).accept(value);
        }
        if (time == 0) {
            times.accept(value);
        }
    }

    private Recording finish(List<Recording.Line> lines) {
        long spanMillis = times.getCount() > 0
                ? times.getMax() - times.getMin()
                : Math.ceilDiv(
                        lines.getLast().receivedNanos() - lines.getFirst().receivedNanos(), 1_000_000L);
        List<Long> ranges = ids.stream()
                .map(id -> id.getCount() > 0 ? id.getMax() - id.getMin() + 1 : 0)
                .toList();
        return new Recording(lines, spanMillis + GAP_MILLIS, ranges);
    }
}
