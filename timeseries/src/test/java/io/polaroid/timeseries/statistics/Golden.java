package io.polaroid.timeseries.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.StreamSupport;

/** The answers of statsmodels, made by src/test/python/statistics_golden.py. */
final class Golden {
    private static final double RELATIVE = 1e-8;
    private static final double ABSOLUTE = 1e-12;

    private Golden() {}

    static JsonNode read(String file) {
        try (var in = Golden.class.getResourceAsStream("/statistics/" + file)) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static double[] numbers(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .mapToDouble(node -> node.isNull() ? Double.NaN : node.doubleValue())
                .toArray();
    }

    static double[][] columns(JsonNode lists) {
        return StreamSupport.stream(lists.spliterator(), false)
                .map(Golden::numbers)
                .toArray(double[][]::new);
    }

    static void assertSame(String what, double ours, double theirs) {
        boolean same = Double.isNaN(theirs)
                ? Double.isNaN(ours)
                : Math.abs(ours - theirs) <= Math.max(ABSOLUTE, RELATIVE * Math.abs(theirs));
        assertThat(same).as("%s: ours %s, statsmodels %s", what, ours, theirs).isTrue();
    }

    static void assertSame(String what, double[] ours, double[] theirs) {
        assertThat(ours).as(what).hasSameSizeAs(theirs);
        for (int i = 0; i < ours.length; i++) {
            assertSame(what + "[" + i + "]", ours[i], theirs[i]);
        }
    }
}
