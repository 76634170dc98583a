package io.polaroid.testsupport;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Allocators.class)
class AllocatorsTest {
    private BufferAllocator before;

    @BeforeEach
    void keep(BufferAllocator allocator) {
        before = allocator;
    }

    @Test
    void oneTestHasOneAllocator(BufferAllocator allocator) {
        try (var buffer = allocator.buffer(8)) {
            assertThat(before).isSameAs(allocator);
            assertThat(allocator.getAllocatedMemory()).isPositive();
        }
    }
}
