package io.polaroid.ingest.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.ingest.websocket.Sequences.Lost;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept of a feed's numbers when its task ends. */
class SequencesTest {
    private static final String NASTY = "a|b\\|\"c\u0000\u00e9";

    @Test
    void aTextOfThemIsThem() {
        var before = new Sequences();
        before.saw("trades", NASTY, 7, 1_723_161_256_000_000_001L);
        before.saw("quotes", NASTY, 900, -5);
        var text = before.text();
        before.saw("trades", NASTY, 8, 1_723_161_257_000_000_000L);
        var after = Sequences.of(text.get());
        assertThat(after.saw("trades", NASTY, 9, 1_723_161_258_000_000_000L))
                .contains(new Lost(1_723_161_256_000_000_001L, 1_723_161_258_000_000_000L));
        assertThat(after.saw("quotes", NASTY, 901, 3)).isEmpty();
        assertThat(after.saw("quotes", "other", 5, 3)).isEmpty();
        assertThat(before.copy().saw("trades", NASTY, 9, 1_723_161_258_000_000_000L))
                .isEmpty();
    }

    @Test
    void aTextIsBoundedAndHasTheSeriesThatWereHeardOfLast() {
        var many = new Sequences();
        IntStream.range(0, 5_000).forEach(i -> many.saw("trades", "SERIES" + i, i, i));
        many.copy().text();
        many.saw("trades", "SERIES3", 4, 4);
        String text = many.text().get();
        assertThat(text.length()).isLessThan(Sequences.TEXT_LIMIT);
        var after = Sequences.of(text);
        for (String series : new String[] {"SERIES4999", "SERIES4900", "SERIES3"}) {
            assertThat(after.saw("trades", series, 1_000_000, 1_000_000)).isPresent();
        }
        assertThat(after.saw("trades", "SERIES4", 1_000_000, 1_000_000)).isEmpty();
        assertThat(after.copy().text().get()).contains("SERIES4900");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7", "{}", "[", "[[]]", "[null,3,[\"trades\"]]", "{\"trades\":{\"A\":[1,2]}}"})
    void whatIsNoSuchTextSaysNothing(String text) {
        assertThat(Sequences.of(text).saw("trades", "A", 100, 100)).isEmpty();
    }
}
