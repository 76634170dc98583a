package io.polaroid.query.operator;

/** Both of two conditions, or either. Which rows are chosen follows from those that each of them chooses. */
final class Pair implements Truth {
    private final Truth left;
    private final Truth right;
    private final boolean both;
    private final byte[] others = new byte[Selection.PIECE];
    private final long[] otherBits = new long[Selection.PIECE / Long.SIZE];

    Pair(Truth left, Truth right, boolean both) {
        this.left = left;
        this.right = right;
        this.both = both;
    }

    @Override
    public void test(int from, int count, byte[] answers) {
        left.test(from, count, answers);
        right.test(from, count, others);
        // Either is: not both of the opposites; swapping yes and no before and after says that.
        int swapped = both ? 0 : 1;
        for (int i = 0; i < count; i++) {
            answers[i] = (byte) swap(both(swap(answers[i], swapped), swap(others[i], swapped)), swapped);
        }
    }

    private static int swap(int answer, int swapped) {
        // 0 -> 1, 1 -> 0, 2 -> 2
        return answer ^ (swapped & (1 ^ answer >> 1));
    }

    // Yes if both are, no if one is, else unknown.
    private static int both(int a, int b) {
        int no = ~(a | a >> 1) | ~(b | b >> 1);
        return (no & 1) != 0 ? FALSE : a & b & 1 | (a | b) & 2;
    }

    @Override
    public void choose(int from, int count, long[] bits) {
        left.choose(from, count, bits);
        right.choose(from, count, otherBits);
        int words = Math.ceilDiv(count, Long.SIZE);
        for (int i = 0; i < words; i++) {
            bits[i] = both ? bits[i] & otherBits[i] : bits[i] | otherBits[i];
        }
    }
}
