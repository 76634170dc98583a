package io.polaroid.timeseries.column;

import java.nio.DoubleBuffer;
import java.nio.LongBuffer;

/**
 * Where the rows of a table go when they are laid group by group, in parts that know where their first row of each group goes. Cells pass
 * through arrays that stay in the nearest cache; reading in order and writing to as many places as there are groups is kinder to it than
 * the reverse.
 */
final class Places {
    private static final int PIECE = 2_048;
    private static final int FEWEST_ROWS = 1 << 16;
    // A part has a number for each group: worth it where it has many more rows.
    private static final int ROWS_PER_GROUP = 16;

    private final int[] codes;
    private final int[] cuts;
    private final int[][] firsts;
    private final int[] starts;

    private Places(int[] codes, int[] cuts, int[][] firsts, int[] starts) {
        this.codes = codes;
        this.cuts = cuts;
        this.firsts = firsts;
        this.starts = starts;
    }

    /** Places by the group of each row; -1 for none. */
    static Places of(int[] codes, int count, Workers workers) {
        long fewest = Math.max(FEWEST_ROWS, (long) count * ROWS_PER_GROUP);
        int parts = (int) Math.max(1, Math.min(workers.parallelism(), codes.length / fewest));
        int[] cuts = new int[parts + 1];
        for (int part = 1; part <= parts; part++) {
            cuts[part] = (int) ((long) codes.length * part / parts);
        }
        int[][] firsts = new int[parts][count];
        workers.run(parts, part -> {
            int[] sizes = firsts[part];
            for (int row = cuts[part]; row < cuts[part + 1]; row++) {
                if (codes[row] >= 0) {
                    sizes[codes[row]]++;
                }
            }
        });
        return new Places(codes, cuts, firsts, summed(firsts, count));
    }

    /** Turns how many rows of each group a part has into where they go, and gives where each group starts. */
    private static int[] summed(int[][] sizes, int count) {
        int[] starts = new int[count + 1];
        int next = 0;
        for (int group = 0; group < count; group++) {
            starts[group] = next;
            for (int[] part : sizes) {
                int size = part[group];
                part[group] = next;
                next += size;
            }
        }
        starts[count] = next;
        return starts;
    }

    /** Where each group starts, and where the last one ends. Not a copy. */
    int[] starts() {
        return starts;
    }

    /** The rows, group by group. */
    int[] rows() {
        int[] rows = new int[starts[starts.length - 1]];
        int[] next = firsts[0].clone();
        for (int row = 0; row < codes.length; row++) {
            if (codes[row] >= 0) {
                rows[next[codes[row]]++] = row;
            }
        }
        return rows;
    }

    /** Cells of the table, group by group. */
    double[] arranged(DoubleBuffer cells, Workers workers) {
        double[] arranged = new double[starts[starts.length - 1]];
        workers.run(firsts.length, part -> {
            int[] next = firsts[part].clone();
            double[] piece = new double[PIECE];
            for (int first = cuts[part]; first < cuts[part + 1]; first += PIECE) {
                int count = Math.min(PIECE, cuts[part + 1] - first);
                cells.get(first, piece, 0, count);
                for (int i = 0; i < count; i++) {
                    int code = codes[first + i];
                    if (code >= 0) {
                        arranged[next[code]++] = piece[i];
                    }
                }
            }
        });
        return arranged;
    }

    /** Cells of the table, group by group. */
    long[] arranged(LongBuffer cells, Workers workers) {
        long[] arranged = new long[starts[starts.length - 1]];
        workers.run(firsts.length, part -> {
            int[] next = firsts[part].clone();
            long[] piece = new long[PIECE];
            for (int first = cuts[part]; first < cuts[part + 1]; first += PIECE) {
                int count = Math.min(PIECE, cuts[part + 1] - first);
                cells.get(first, piece, 0, count);
                for (int i = 0; i < count; i++) {
                    int code = codes[first + i];
                    if (code >= 0) {
                        arranged[next[code]++] = piece[i];
                    }
                }
            }
        });
        return arranged;
    }

    /** Writes cells that lie group by group where their rows are; 0 for rows of no group. */
    void restore(double[] arranged, DoubleBuffer to, Workers workers) {
        workers.run(firsts.length, part -> {
            int[] next = firsts[part].clone();
            double[] piece = new double[PIECE];
            for (int first = cuts[part]; first < cuts[part + 1]; first += PIECE) {
                int count = Math.min(PIECE, cuts[part + 1] - first);
                for (int i = 0; i < count; i++) {
                    int code = codes[first + i];
                    piece[i] = code >= 0 ? arranged[next[code]++] : 0;
                }
                to.put(first, piece, 0, count);
            }
        });
    }

    /** The rows for which a flag is set that lies group by group. */
    Validity restored(boolean[] arranged) {
        Validity valid = Validity.none(codes.length);
        int[] next = firsts[0].clone();
        for (int row = 0; row < codes.length; row++) {
            int code = codes[row];
            if (code >= 0 && arranged[next[code]++]) {
                valid.set(row);
            }
        }
        return valid;
    }
}
