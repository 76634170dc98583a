package io.polaroid.timeseries.batch;

/** How fast weights decay from row to row; names of Polars. */
public sealed interface Decay {
    /**
     * The weight of the newest row.
     *
     * @param alpha above 0, at most 1
     */
    record Alpha(double alpha) implements Decay {
        public Alpha {
            if (!(alpha > 0 && alpha <= 1)) {
                throw new IllegalArgumentException("alpha is " + alpha + "; 0 < alpha <= 1");
            }
        }
    }

    /**
     * {@code alpha = 1 / (1 + com)}.
     *
     * @param com center of mass; not negative
     */
    record Com(double com) implements Decay {
        public Com {
            if (!(com >= 0)) {
                throw new IllegalArgumentException("com is " + com + "; 0 <= com");
            }
        }

        @Override
        public double alpha() {
            return 1 / (1 + com);
        }
    }

    /**
     * {@code alpha = 2 / (span + 1)}.
     *
     * @param span at least 1
     */
    record Span(double span) implements Decay {
        public Span {
            if (!(span >= 1)) {
                throw new IllegalArgumentException("span is " + span + "; 1 <= span");
            }
        }

        @Override
        public double alpha() {
            return 2 / (span + 1);
        }
    }

    /**
     * {@code alpha = 1 - exp(-ln 2 / halfLife)}.
     *
     * @param halfLife rows after which a weight has halved; positive
     */
    record HalfLife(double halfLife) implements Decay {
        public HalfLife {
            if (!(halfLife > 0)) {
                throw new IllegalArgumentException("half_life is " + halfLife + "; 0 < half_life");
            }
        }

        @Override
        public double alpha() {
            return 1 - Math.exp(-Math.log(2) / halfLife);
        }
    }

    /** The weight of the newest row. */
    double alpha();
}
