package io.polaroid.query.plan;

/**
 * One column to sort by.
 *
 * @param column its name
 * @param order which values come first
 * @param nulls where nulls stand
 */
public record SortKey(String column, Order order, Nulls nulls) {
    /** Which values come first. */
    public enum Order {
        ASCENDING("ASC"),
        DESCENDING("DESC");

        private final String sql;

        Order(String sql) {
            this.sql = sql;
        }

        /** As SQL says it. */
        public String sql() {
            return sql;
        }
    }

    /** Where nulls stand. */
    public enum Nulls {
        FIRST,
        LAST
    }
}
