package io.polaroid.schemas.avro;

/** Reads one part of a record from the input into the cells that it fills. */
@FunctionalInterface
interface Step {
    void read(AvroInput in, CellRow cells);

    /** A part that stands in no column. */
    static Step skipping(AvroSkip skip) {
        return (in, cells) -> skip.skip(in);
    }

    /** A part that cannot be read, whatever its bytes. */
    static Step failing(String detail) {
        return (in, cells) -> {
            throw MalformedBytes.wrongType(detail);
        };
    }

    /** Several parts, one after another. */
    static Step all(Step[] steps) {
        return (in, cells) -> {
            for (Step step : steps) {
                step.read(in, cells);
            }
        };
    }

    /** One of several parts, as a union index in the input says. */
    static Step choice(Step[] branches) {
        return (in, cells) -> {
            int index = in.readInt();
            if (index < 0 || index >= branches.length) {
                throw MalformedBytes.malformed("a union index is " + index + " at byte " + in.position()
                        + ", but the union has " + branches.length + " branches");
            }
            branches[index].read(in, cells);
        };
    }
}
