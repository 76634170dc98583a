package io.polaroid.schemas.record;

import org.apache.avro.Schema;

/** The Avro schemas that ship with Polaroid, read from its resources. */
public final class BuiltInSchemas {
    private BuiltInSchemas() {}

    /** A trade: symbol, ts, price, size, trade_id. */
    public static Schema trade() {
        return load("Trade");
    }

    /** A best bid and ask: symbol, ts, bid, bid_size, ask, ask_size, update_id. */
    public static Schema quote() {
        return load("Quote");
    }

    /** A late row of a view, see Late.avsc. */
    public static Schema late() {
        return load("Late");
    }

    /** A dead letter, see DeadLetter.avsc. */
    public static Schema deadLetter() {
        return load("DeadLetter");
    }

    private static Schema load(String name) {
        try (var in = BuiltInSchemas.class.getResourceAsStream("/schemas/" + name + ".avsc")) {
            if (in == null) {
                throw new IllegalStateException("/schemas/" + name + ".avsc is missing from the jar");
            }
            return new Schema.Parser().parse(in);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
