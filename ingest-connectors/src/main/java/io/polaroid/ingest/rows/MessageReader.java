package io.polaroid.ingest.rows;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.polaroid.timeseries.result.Problem;
import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages by the rules of a source. Never throws for what a message holds. Thread-safe.
 *
 * <p>Text that is not one whole JSON document is one {@code MALFORMED_RECORD}, meant for no stream unless the source feeds
 * one only. Every rule that matches gives a row, or the first reason why it cannot.
 */
public final class MessageReader {
    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build()
            .readerFor(JsonNode.class);

    private final List<CompiledRule> rules;
    private final Set<String> symbols;
    private final @Nullable JsonPointer position;
    private final @Nullable JsonPointer sequence;
    private final long maxAheadMillis;
    private final String onlyStream;

    private MessageReader(
            RowsSpec spec, List<CompiledRule> rules, @Nullable JsonPointer position, @Nullable JsonPointer sequence) {
        this.rules = List.copyOf(rules);
        this.symbols = spec.symbols();
        this.position = position;
        this.sequence = sequence;
        this.maxAheadMillis = spec.maxAheadMillis();
        List<String> streams = rules.stream().map(CompiledRule::into).distinct().toList();
        this.onlyStream = streams.size() == 1 ? streams.getFirst() : "";
    }

    /** A reader for these rules, or {@code INVALID_CONFIG} with every mistake by its path. */
    public static Result<MessageReader> of(RowsSpec spec) {
        var mistakes = new Mistakes();
        var compiler = new RuleCompiler(spec, mistakes);
        List<CompiledRule> rules = compiler.compile();
        JsonPointer position = spec.position() == null ? null : compiler.pointer("position", spec.position());
        JsonPointer sequence = spec.sequence() == null ? null : compiler.pointer("sequence", spec.sequence());
        if (spec.maxAheadMillis() < 0) {
            mistakes.add("max_ahead_ms", "is " + spec.maxAheadMillis() + ", must not be negative");
        }
        return mistakes.problem()
                .<Result<MessageReader>>map(Result::err)
                .orElseGet(() -> Result.ok(new MessageReader(spec, rules, position, sequence)));
    }

    /** Reads one message; {@code nowMillis} is the clock, ms since 1970 UTC. */
    public Received read(byte[] message, long nowMillis) {
        JsonNode document;
        try {
            document = JSON.readTree(message);
        } catch (IOException | NumberFormatException e) {
            // NumberFormatException: Jackson throws it for an exponent beyond what BigDecimal holds.
            return malformed(
                    message, String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
        if (document == null || document.isMissingNode()) {
            return malformed(message, "the message is empty");
        }
        List<Outcome> outcomes = new ArrayList<>(1);
        for (CompiledRule rule : rules) {
            if (rule.matches(document)) {
                outcomes.add(rule.apply(document, symbols, saturatedAdd(nowMillis, maxAheadMillis)));
            }
        }
        return new Received(message, number(document, position), number(document, sequence), outcomes);
    }

    private Received malformed(byte[] message, String detail) {
        var problem = Problem.of(ProblemCode.MALFORMED_RECORD, "not one whole JSON document: " + detail);
        return new Received(
                message, Received.NO_NUMBER, Received.NO_NUMBER, List.of(new Outcome.Rejected(onlyStream, problem)));
    }

    private static long number(JsonNode document, @Nullable JsonPointer pointer) {
        if (pointer == null) {
            return Received.NO_NUMBER;
        }
        JsonNode value = document.at(pointer);
        return value.isIntegralNumber() && value.canConvertToLong() && value.longValue() >= 0
                ? value.longValue()
                : Received.NO_NUMBER;
    }

    private static long saturatedAdd(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }
}
