package io.polaroid.store.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.testsupport.ManualClock;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RestoreProgressTest {
    private static final TopicPartition TRADES = new TopicPartition("trades", 3);

    private final ManualClock clock = new ManualClock(Instant.EPOCH);
    private final RestoreProgress progress = new RestoreProgress(clock);

    @Test
    void tellsPaceAndTimeLeftFromWhatIsRestored() {
        progress.onRestoreStart(TRADES, "trades-rows", 1_000, 5_000);
        var fresh = progress.restores().getFirst();
        assertThat(fresh.fraction()).isZero();
        assertThat(fresh.left()).isEmpty();
        clock.advance(Duration.ofSeconds(2));
        // Half of the offsets are commit markers and gaps
        progress.onBatchRestored(TRADES, "trades-rows", 1_999, 500);
        var status = progress.restores().getFirst();
        assertThat(status.store()).isEqualTo("trades-rows");
        assertThat(status.topic()).isEqualTo("trades");
        assertThat(status.partition()).isEqualTo(3);
        assertThat(status.restoredRows()).isEqualTo(500);
        assertThat(status.rowsPerSecond()).isEqualTo(250);
        assertThat(status.fraction()).isEqualTo(0.25);
        assertThat(status.left()).contains(Duration.ofSeconds(6));
    }

    @Test
    void keepsWhatHasFinishedAndForgetsWhatWentElsewhere() {
        progress.onRestoreStart(TRADES, "trades-rows", 0, 10);
        progress.onBatchRestored(TRADES, "trades-rows", 9, 10);
        progress.onRestoreEnd(TRADES, "trades-rows", 10);
        var done = progress.restores().getFirst();
        assertThat(done.finished()).isTrue();
        assertThat(done.fraction()).isEqualTo(1);
        assertThat(done.left()).contains(Duration.ZERO);
        progress.onRestoreSuspended(TRADES, "trades-rows", 10);
        assertThat(progress.restores()).isEmpty();
    }

    @Test
    void isDoneAtOnceWhenThereIsNothingToRestore() {
        progress.onRestoreStart(TRADES, "trades-rows", 10, 10);
        assertThat(progress.restores().getFirst().finished()).isTrue();
    }
}
