package io.polaroid.timeseries.window;

/** The values of a window in ascending order; NaN is the greatest. */
interface Sorted {
    void clear();

    void add(int row);

    void remove(int row);

    /** The value that has so many below it. */
    double at(int rank);

    /** For short windows: an array in which values are moved up and down. */
    final class Row implements Sorted {
        private final double[] numbers;
        private double[] sorted = new double[64];
        private int size;

        Row(double[] numbers) {
            this.numbers = numbers;
        }

        @Override
        public void clear() {
            size = 0;
        }

        @Override
        public void add(int row) {
            if (size == sorted.length) {
                sorted = java.util.Arrays.copyOf(sorted, size * 2);
            }
            int place = place(numbers[row]);
            System.arraycopy(sorted, place, sorted, place + 1, size - place);
            sorted[place] = numbers[row];
            size++;
        }

        @Override
        public void remove(int row) {
            int place = place(numbers[row]);
            size--;
            System.arraycopy(sorted, place + 1, sorted, place, size - place);
        }

        private int place(double number) {
            int low = 0;
            int high = size;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (Double.compare(sorted[middle], number) < 0) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }

        @Override
        public double at(int rank) {
            return sorted[rank];
        }
    }

    /** For long windows: how many values of each rank there are, as sums over a tree (Fenwick). */
    final class Tree implements Sorted {
        private final int first;
        private final int[] ranks;
        private final double[] distinct;
        private final int[] sums;
        private final int top;

        /** Ranks the values of rows {@code [first, end)}. */
        Tree(Values values, int first, int end) {
            this.first = first;
            double[] sorted = new double[end - first];
            int held = 0;
            for (int row = first; row < end; row++) {
                if (values.has(row)) {
                    sorted[held++] = values.numbers()[row];
                }
            }
            java.util.Arrays.sort(sorted, 0, held);
            int kept = 0;
            for (int i = 0; i < held; i++) {
                if (i == 0 || Double.compare(sorted[i], sorted[kept - 1]) != 0) {
                    sorted[kept++] = sorted[i];
                }
            }
            this.distinct = java.util.Arrays.copyOf(sorted, kept);
            this.ranks = new int[end - first];
            for (int row = first; row < end; row++) {
                if (values.has(row)) {
                    ranks[row - first] = java.util.Arrays.binarySearch(distinct, values.numbers()[row]) + 1;
                }
            }
            this.sums = new int[kept + 1];
            this.top = Integer.highestOneBit(Math.max(1, kept));
        }

        @Override
        public void clear() {
            java.util.Arrays.fill(sums, 0);
        }

        @Override
        public void add(int row) {
            move(ranks[row - first], 1);
        }

        @Override
        public void remove(int row) {
            move(ranks[row - first], -1);
        }

        private void move(int rank, int count) {
            for (int i = rank; i < sums.length; i += i & -i) {
                sums[i] += count;
            }
        }

        @Override
        public double at(int rank) {
            int left = rank;
            int at = 0;
            for (int step = top; step > 0; step >>= 1) {
                int next = at + step;
                if (next < sums.length && sums[next] <= left) {
                    at = next;
                    left -= sums[next];
                }
            }
            return distinct[at];
        }
    }
}
