package io.polaroid.schemas.arrow;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Texts of one column by their bytes, each made once, and numbered in the order in which they were first seen; as many as fit. */
final class TextPool {
    /** What texts get that are not kept. */
    static final int NONE = -1;

    private static final int MOST = 1 << 20;
    private static final int MOST_BYTES = 64;

    private final List<String> texts = new ArrayList<>();
    private final List<byte[]> bytes = new ArrayList<>();
    private int[] slots = new int[64];

    /** Number of a text that is kept, which it is from now on if it is UTF-8, short, and there is room. */
    int code(byte[] source, int from, int length) {
        int slot = slot(source, from, length);
        if (slots[slot] != 0) {
            return slots[slot] - 1;
        }
        if (length > MOST_BYTES || texts.size() == MOST) {
            return NONE;
        }
        Optional<String> text = decode(source, from, length);
        if (text.isEmpty()) {
            return NONE;
        }
        texts.add(text.get());
        bytes.add(Arrays.copyOfRange(source, from, from + length));
        if (2 * texts.size() > slots.length) {
            slots = new int[slots.length * 2];
            for (int i = 0; i < bytes.size(); i++) {
                byte[] known = bytes.get(i);
                slots[slot(known, 0, known.length)] = i + 1;
            }
        } else {
            slots[slot] = texts.size();
        }
        return texts.size() - 1;
    }

    String text(int code) {
        return texts.get(code);
    }

    /** The text of bytes, unless they are no UTF-8. */
    static Optional<String> decode(byte[] source, int from, int length) {
        var text = new String(source, from, length, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') >= 0) {
            // A replacement character may be what was written, or what the decoder put for bytes that are no UTF-8.
            try {
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(source, from, length));
            } catch (CharacterCodingException e) {
                return Optional.empty();
            }
        }
        return Optional.of(text);
    }

    /** The slot of a text, or the free one where it would be. */
    private int slot(byte[] source, int from, int length) {
        int hash = length;
        for (int i = from; i < from + length; i++) {
            hash = 31 * hash + source[i];
        }
        int slot = (hash ^ hash >>> 15) * 0x9E3779B1 >>> 7 & slots.length - 1;
        while (slots[slot] != 0) {
            byte[] known = bytes.get(slots[slot] - 1);
            if (Arrays.equals(known, 0, known.length, source, from, from + length)) {
                return slot;
            }
            slot = slot + 1 & slots.length - 1;
        }
        return slot;
    }
}
