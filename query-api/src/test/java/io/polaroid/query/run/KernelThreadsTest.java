package io.polaroid.query.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class KernelThreadsTest {
    @Test
    void runsEachPartOnce() {
        for (int threads : List.of(1, 2, 5)) {
            try (var workers = KernelThreads.of(threads)) {
                for (int parts : List.of(0, 1, 2, 100)) {
                    var runs = new AtomicIntegerArray(parts);
                    workers.run(parts, runs::incrementAndGet);
                    for (int part = 0; part < parts; part++) {
                        assertThat(runs.get(part)).isEqualTo(1);
                    }
                }
            }
        }
    }

    @Test
    void usesSeveralThreads() {
        try (var workers = KernelThreads.of(2)) {
            var names = ConcurrentHashMap.<String>newKeySet();
            var both = new CountDownLatch(2);
            workers.run(2, part -> {
                names.add(Thread.currentThread().getName());
                both.countDown();
                try {
                    assertThat(both.await(20, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(names).hasSize(2);
        }
    }

    @Test
    void throwsWhatAPartThrewAfterTheOthersHaveEnded() {
        try (var workers = KernelThreads.of(3)) {
            for (int bad = 0; bad < 3; bad++) {
                int failing = bad;
                assertThatThrownBy(() -> workers.run(3, part -> {
                            if (part == failing) {
                                throw new IllegalStateException("part " + part);
                            }
                        }))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("part " + failing);
            }
        }
    }
}
