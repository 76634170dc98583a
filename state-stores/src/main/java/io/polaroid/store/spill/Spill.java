package io.polaroid.store.spill;

import io.polaroid.store.StoreLimits;
import io.polaroid.store.StoreLimits.Pressure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Room for the numbers by which one store finds its rows, which can be computed anew from the rows: in mapped files, so that the operating system may take it
 * out of memory. The files are deleted as soon as they are mapped: a process that dies leaves nothing behind. Counts what its arrays still have on the heap.
 *
 * <p><b>Thread</b> the store's own. <b>Cost</b> extents have 8 to {@value #PAGE_INTS} ints, by powers of two, and lie within a page of memory.
 */
public final class Spill implements AutoCloseable {
    /** The ints of the largest extent. */
    static final int PAGE_INTS = 1 << Spill.PAGE_SHIFT;

    static final int PAGE_SHIFT = 10;
    private static final int LEAST_SHIFT = 3;
    private static final int UNIT_BYTES = Integer.BYTES << LEAST_SHIFT;
    private static final int REGION_SHIFT = 22;
    private static final int REGION_BYTES = 1 << REGION_SHIFT;
    private static final int REGION_UNITS = REGION_BYTES / UNIT_BYTES;
    private static final int PAGE_UNITS = 1 << PAGE_SHIFT - LEAST_SHIFT;

    /** What it is worth to go to a file for. */
    private static final long LEAST_BYTES = 1 << 18;

    private static final Logger LOG = LoggerFactory.getLogger(Spill.class);

    private final Path folder;
    private final StoreLimits limits;
    private final List<ByteBuffer> regions = new ArrayList<>();
    private final FreeExtents free = new FreeExtents(PAGE_SHIFT - LEAST_SHIFT + 1);
    private int nextUnit;
    private long movableBytes;
    private long fixedBytes;
    private boolean failed;

    /** Room in files in this folder, which is made when it is needed. */
    public Spill(Path folder, StoreLimits limits) {
        this.folder = folder;
        this.limits = limits;
    }

    /** For those who have memory for all. */
    public static Spill onHeap() {
        return new Spill(Path.of(""), new StoreLimits());
    }

    /** What its arrays have on the heap. */
    public long heapBytes() {
        return movableBytes + fixedBytes;
    }

    /** What its arrays may have in files, taken or free. */
    public long fileBytes() {
        return (long) regions.size() * REGION_BYTES;
    }

    /** Notes what can be moved to a file. */
    void changeMovable(long bytes) {
        movableBytes += bytes;
    }

    /** Notes what stays on the heap. */
    void changeFixed(long bytes) {
        fixedBytes += bytes;
    }

    /** Whether arrays should leave the heap now. */
    public boolean isDue() {
        return isDue(0);
    }

    /** Whether arrays should leave the heap now, of a store that has not told anybody yet what it takes. */
    public boolean isDueUntold() {
        return isDue(heapBytes());
    }

    private boolean isDue(long untold) {
        return !failed && movableBytes >= LEAST_BYTES && limits.pressureWith(untold) != Pressure.NONE;
    }

    /** Whether a table of so many bytes should not be on the heap. */
    boolean isWanted(long bytes) {
        return !failed && bytes >= LEAST_BYTES && limits.pressureWith(bytes) != Pressure.NONE;
    }

    /** Notes that there is no room in files; arrays stay on the heap from now on, where they count as memory. */
    void failed(IOException reason) {
        failed = true;
        LOG.atError().addKeyValue("folder", folder).log("an index of rows stays in memory: {}", reason.toString());
    }

    /** The least extent class for so many ints. */
    static int classOf(int ints) {
        return Math.max(LEAST_SHIFT, Integer.SIZE - Integer.numberOfLeadingZeros(ints - 1)) - LEAST_SHIFT;
    }

    /** How many ints an extent of a class has. */
    static int ints(int extentClass) {
        return 1 << extentClass + LEAST_SHIFT;
    }

    /**
     * An extent of a class, with anything in it.
     *
     * @throws IOException if the disk, or its limit, has no room
     */
    int allocate(int extentClass) throws IOException {
        if (free.isEmpty(extentClass)) {
            if (nextUnit == regions.size() * REGION_UNITS) {
                regions.add(region());
            }
            for (int unit = nextUnit; unit < nextUnit + PAGE_UNITS; unit += 1 << extentClass) {
                free.add(extentClass, unit);
            }
            nextUnit += PAGE_UNITS;
        }
        return free.take(extentClass);
    }

    private ByteBuffer region() throws IOException {
        if (regions.size() == Integer.MAX_VALUE / REGION_UNITS) {
            throw new IOException("an index of " + fileBytes() + " bytes cannot grow");
        }
        limits.takeDisk(REGION_BYTES);
        try {
            Files.createDirectories(folder);
            Path file = folder.resolve("spill-" + regions.size());
            try (var channel = FileChannel.open(
                    file,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE)) {
                // A write into a mapped hole of a full disk would be a fault that nobody can catch.
                for (var zeros = ByteBuffer.allocate(1 << 16); channel.size() < REGION_BYTES; zeros.clear()) {
                    channel.write(zeros);
                }
                return channel.map(FileChannel.MapMode.READ_WRITE, 0, REGION_BYTES)
                        .order(ByteOrder.nativeOrder());
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            limits.giveDiskBack(REGION_BYTES);
            throw e;
        }
    }

    void free(int extent, int extentClass) {
        free.add(extentClass, extent);
    }

    private ByteBuffer region(int extent) {
        return regions.get(extent / REGION_UNITS);
    }

    private static int at(int extent) {
        return (extent & REGION_UNITS - 1) * UNIT_BYTES;
    }

    int intAt(int extent, int index) {
        return region(extent).getInt(at(extent) + index * Integer.BYTES);
    }

    void setInt(int extent, int index, int value) {
        region(extent).putInt(at(extent) + index * Integer.BYTES, value);
    }

    long longAt(int extent, int index) {
        return region(extent).getLong(at(extent) + index * Long.BYTES);
    }

    void setLong(int extent, int index, long value) {
        region(extent).putLong(at(extent) + index * Long.BYTES, value);
    }

    /** Copies ints from one extent to another, or within one. */
    void copy(int source, int from, int target, int to, int count) {
        region(target)
                .put(
                        at(target) + to * Integer.BYTES,
                        region(source),
                        at(source) + from * Integer.BYTES,
                        count * Integer.BYTES);
    }

    /** Copies ints of an array to an extent. */
    void copy(int[] source, int from, int target, int to, int count) {
        ByteBuffer region = region(target);
        int at = at(target) + to * Integer.BYTES;
        for (int i = 0; i < count; i++) {
            region.putInt(at + i * Integer.BYTES, source[from + i]);
        }
    }

    /** Ends the use of all arrays; files are gone when nothing refers to them any more. */
    @Override
    public void close() {
        limits.giveDiskBack(fileBytes());
        regions.clear();
        failed = true;
    }
}
