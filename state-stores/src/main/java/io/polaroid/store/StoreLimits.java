package io.polaroid.store;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the stores of a process may take together. Memory counts Arrow buffers and the indexes that grow with rows; a store
 * whose turn it is to commit moves full chunks to disk in the background from half of the limit on, and waits for that when
 * the limit is reached. What is open at the same time beyond it are the rows of one commit interval. Thread-safe.
 */
public final class StoreLimits {
    /** Kafka Streams property: bytes of heap and Arrow memory for rows and results; {@link #DEFAULT_MEMORY_BYTES} if absent. */
    public static final String MEMORY_BYTES = "polaroid.state.memory.bytes";

    /** Kafka Streams property: bytes on disk for rows and results; no limit if absent. */
    public static final String DISK_BYTES = "polaroid.state.disk.bytes";

    /** 1 GiB. */
    public static final long DEFAULT_MEMORY_BYTES = 1L << 30;

    private final AtomicLong memory = new AtomicLong();
    private final AtomicLong disk = new AtomicLong();
    private volatile long memoryLimit = DEFAULT_MEMORY_BYTES;
    private volatile long diskLimit = Long.MAX_VALUE;

    /** How much of the memory is taken. */
    public enum Pressure {
        NONE,
        /** More than half. */
        HALF,
        /** More than there is. */
        FULL
    }

    /** Takes the limits from the properties of the application; absent ones stay as they are. */
    public void configure(Map<String, Object> properties) {
        memoryLimit = number(properties, MEMORY_BYTES, memoryLimit);
        diskLimit = number(properties, DISK_BYTES, diskLimit);
    }

    /**
     * A positive number among properties.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static long number(Map<String, Object> properties, String key, long absent) {
        Object value = properties.get(key);
        if (value == null) {
            return absent;
        }
        try {
            long number = Long.parseLong(value.toString().replace("_", "").trim());
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + " is " + value + "; it has to be a whole number", e);
        }
        throw new IllegalArgumentException(key + " is " + value + "; it has to be positive");
    }

    /** Notes that a store takes this much more (or less) memory than before. */
    public void changeMemory(long bytes) {
        memory.addAndGet(bytes);
    }

    /** Bytes of memory taken. */
    public long memory() {
        return memory.get();
    }

    /** Bytes of disk taken. */
    public long disk() {
        return disk.get();
    }

    /** How much of the memory is taken. */
    public Pressure pressure() {
        return pressureWith(0);
    }

    /** How much of the memory would be taken with so many bytes more. */
    public Pressure pressureWith(long more) {
        long taken = memory.get() + more;
        if (taken > memoryLimit) {
            return Pressure.FULL;
        }
        return taken > memoryLimit / 2 ? Pressure.HALF : Pressure.NONE;
    }

    /**
     * Takes disk space for bytes about to be written.
     *
     * @throws IOException if the limit does not allow it; nothing is taken then
     */
    public void takeDisk(long bytes) throws IOException {
        long taken = disk.addAndGet(bytes);
        if (taken > diskLimit) {
            disk.addAndGet(-bytes);
            throw new IOException("the disk limit " + DISK_BYTES + " of " + diskLimit + " bytes is reached, with "
                    + (taken - bytes) + " taken and " + bytes + " more to write");
        }
    }

    /** Notes that a file is there already. */
    public void foundOnDisk(long bytes) {
        disk.addAndGet(bytes);
    }

    /** Notes that a file is gone. */
    public void giveDiskBack(long bytes) {
        disk.addAndGet(-bytes);
    }
}
