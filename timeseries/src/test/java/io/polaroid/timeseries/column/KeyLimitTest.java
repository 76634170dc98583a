package io.polaroid.timeseries.column;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.polaroid.timeseries.result.PolaroidException;
import org.junit.jupiter.api.Test;

/** Keys may take half of the heap. */
class KeyLimitTest {
    @Test
    void growsWithTheHeap() {
        assertThat(KeyLimit.most(1L << 30)).isEqualTo(2_684_354);
        assertThat(KeyLimit.most(1L << 50)).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void refusesOneMore() {
        int most = KeyLimit.most(Runtime.getRuntime().maxMemory());
        KeyLimit.check(most);
        assertThatThrownBy(() -> KeyLimit.check(most + 1))
                .isInstanceOf(PolaroidException.class)
                .hasMessageContaining("more than " + most + " different keys")
                .hasMessageContaining("larger heap");
    }
}
