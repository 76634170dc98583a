package io.polaroid.store.column;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.ByteFunctionHelpers;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/**
 * Text or bytes: each cell refers to bytes in append-only pages, so that setting a cell again never moves bytes that another
 * thread may be reading. Texts that repeat within a chunk are kept once, as long as there are few of them.
 */
final class VariableColumn implements Column {
    private static final int REFERENCE_BYTES = 12;
    private static final int FIRST_PAGE_BYTES = 1 << 10;
    private static final int LARGEST_PAGE_BYTES = 1 << 20;
    private static final int INTERNED = 512;

    private final CellKind kind;
    private final BufferAllocator allocator;
    private final ArrowBuf validity;
    private final ArrowBuf references;
    private final Map<String, Place> interned = new HashMap<>();
    private volatile ArrowBuf[] pages;
    private int pageUsed;

    /** Where the bytes of a cell are. */
    private record Place(int page, int offset, int length) {}

    VariableColumn(CellKind kind, int capacity, BufferAllocator allocator) {
        this.kind = kind;
        this.allocator = allocator;
        this.pages = new ArrowBuf[0];
        this.validity = allocator.buffer((capacity + 7) / 8);
        try {
            this.references = allocator.buffer((long) capacity * REFERENCE_BYTES);
        } catch (RuntimeException e) {
            validity.close();
            throw e;
        }
        validity.setZero(0, validity.capacity());
        references.setZero(0, references.capacity());
    }

    private VariableColumn(
            CellKind kind, BufferAllocator allocator, ArrowBuf validity, ArrowBuf references, ArrowBuf[] pages) {
        this.kind = kind;
        this.allocator = allocator;
        this.validity = validity;
        this.references = references;
        this.pages = pages;
    }

    @Override
    public Column lend(BufferAllocator reader) {
        return new VariableColumn(
                kind,
                reader,
                Bits.lent(validity, reader),
                Bits.lent(references, reader),
                Arrays.stream(pages).map(page -> Bits.lent(page, reader)).toArray(ArrowBuf[]::new));
    }

    /** Cells refer to pages here, which Arrow has no layout for. */
    @Override
    public Optional<ArrowCells> laidOut(int rows, BufferAllocator reader) {
        return Optional.empty();
    }

    @Override
    public long leftOver() {
        return Bits.accounted(validity)
                + Bits.accounted(references)
                + Arrays.stream(pages).mapToLong(Bits::accounted).sum();
    }

    @Override
    public CellKind kind() {
        return kind;
    }

    @Override
    public boolean isNull(int index) {
        return !Bits.get(validity, index);
    }

    @Override
    public long longAt(int index) {
        throw new IllegalStateException("a column of " + kind + " has no numbers");
    }

    @Override
    public double doubleAt(int index) {
        return Double.NaN;
    }

    @Override
    public @Nullable Object valueAt(int index) {
        if (isNull(index)) {
            return null;
        }
        byte[] bytes = bytesAt(index);
        return kind == CellKind.TEXT ? new String(bytes, StandardCharsets.UTF_8) : bytes;
    }

    @Override
    public void setNull(int index) {
        Bits.set(validity, index, false);
        references.setZero((long) index * REFERENCE_BYTES, REFERENCE_BYTES);
    }

    @Override
    public void setLong(int index, long value) {
        throw new IllegalArgumentException("a number does not go into a column of " + kind);
    }

    @Override
    public void setDouble(int index, double value) {
        throw new IllegalArgumentException("a number does not go into a column of " + kind);
    }

    @Override
    public void setValue(int index, @Nullable Object value) {
        switch (value) {
            case null -> setNull(index);
            case String text when kind == CellKind.TEXT -> refer(index, place(text));
            case byte[] bytes when kind == CellKind.BYTES -> refer(index, append(bytes));
            default ->
                throw new IllegalArgumentException(
                        "a " + value.getClass().getSimpleName() + " does not go into a column of " + kind);
        }
    }

    @Override
    public void setStaged(int at, StagedRows.Staged source, int from, int length) {
        for (int i = 0; i < length; i++) {
            if (!source.nulls[from + i]) {
                setValue(at + i, source.objects[from + i]);
            }
        }
    }

    @Override
    public void setLongs(int at, long[] values, int from, int length) {
        throw new IllegalArgumentException("a number does not go into a column of " + kind);
    }

    @Override
    public void setConstant(int at, long value, int length) {
        throw new IllegalArgumentException("a number does not go into a column of " + kind);
    }

    private Place place(String text) {
        Place known = interned.get(text);
        if (known != null) {
            return known;
        }
        Place place = append(text.getBytes(StandardCharsets.UTF_8));
        if (interned.size() < INTERNED) {
            interned.put(text, place);
        }
        return place;
    }

    private Place append(byte[] bytes) {
        Place place = reserve(bytes.length);
        pages[place.page].setBytes(place.offset, bytes);
        return place;
    }

    private Place reserve(int length) {
        if (pages.length == 0 || pageUsed + length > pages[pages.length - 1].capacity()) {
            int wished = Math.min(LARGEST_PAGE_BYTES, FIRST_PAGE_BYTES << Math.min(pages.length, 10));
            ArrowBuf[] more = Arrays.copyOf(pages, pages.length + 1);
            more[pages.length] = allocator.buffer(Math.max(wished, length));
            pages = more;
            pageUsed = 0;
        }
        Place place = new Place(pages.length - 1, pageUsed, length);
        pageUsed += length;
        return place;
    }

    private void refer(int index, Place place) {
        long at = (long) index * REFERENCE_BYTES;
        references.setInt(at, place.page);
        references.setInt(at + 4, place.offset);
        references.setInt(at + 8, place.length);
        Bits.set(validity, index, true);
    }

    private int length(int index) {
        return references.getInt((long) index * REFERENCE_BYTES + 8);
    }

    private ArrowBuf page(int index) {
        return pages[references.getInt((long) index * REFERENCE_BYTES)];
    }

    private int offset(int index) {
        return references.getInt((long) index * REFERENCE_BYTES + 4);
    }

    private byte[] bytesAt(int index) {
        byte[] bytes = new byte[length(index)];
        page(index).getBytes(offset(index), bytes);
        return bytes;
    }

    @Override
    public void copyFrom(Column source, int start, int length, int at) {
        if (source.kind() != kind) {
            throw new IllegalArgumentException("columns differ in kind");
        }
        if (!(source instanceof VariableColumn variable)) {
            for (int i = 0; i < length; i++) {
                setValue(at + i, source.valueAt(start + i));
            }
            return;
        }
        // Cells that refer to the same bytes go on doing so.
        Map<Place, Place> copied = new HashMap<>();
        for (int i = 0; i < length; i++) {
            if (variable.isNull(start + i)) {
                setNull(at + i);
            } else {
                refer(at + i, copied.computeIfAbsent(variable.placeOf(start + i), place -> copy(variable, place)));
            }
        }
    }

    private Place placeOf(int index) {
        long at = (long) index * REFERENCE_BYTES;
        return new Place(references.getInt(at), references.getInt(at + 4), references.getInt(at + 8));
    }

    private Place copy(VariableColumn source, Place place) {
        byte[] bytes = new byte[place.length];
        source.pages[place.page].getBytes(place.offset, bytes);
        return append(bytes);
    }

    @Override
    public void copyFrom(FieldVector source, int row, int at) {
        if (source.isNull(row)) {
            setNull(at);
            return;
        }
        byte[] bytes = ((BaseVariableWidthVector) source).get(row);
        setValue(at, kind == CellKind.TEXT ? new String(bytes, StandardCharsets.UTF_8) : bytes);
    }

    @Override
    public boolean hasAny(int start, int length) {
        return Bits.count(validity, start, length) > 0;
    }

    @Override
    public void copyTo(FieldVector target, int start, int length, int at) {
        Bits.copy(validity, start, target.getValidityBuffer(), at, length);
        ArrowBuf offsets = target.getOffsetBuffer();
        ArrowBuf data = target.getDataBuffer();
        int end = at == 0 ? 0 : offsets.getInt(at * 4L);
        offsets.setInt(at * 4L, end);
        for (int i = 0; i < length; i++) {
            int bytes = length(start + i);
            if (bytes > 0) {
                data.setBytes(end, page(start + i), offset(start + i), bytes);
                end += bytes;
            }
            offsets.setInt((at + i + 1) * 4L, end);
        }
    }

    @Override
    public int compareBytes(int index, byte[] other) {
        int from = offset(index);
        int length = length(index);
        if (length == 0) {
            return other.length == 0 ? 0 : -1;
        }
        return ByteFunctionHelpers.compare(page(index), from, from + length, other, 0, other.length);
    }

    @Override
    public long variableBytes(int start, int length) {
        long bytes = 0;
        for (int i = 0; i < length; i++) {
            bytes += length(start + i);
        }
        return bytes;
    }

    @Override
    public void close() {
        validity.close();
        references.close();
        for (ArrowBuf page : pages) {
            page.close();
        }
    }
}
