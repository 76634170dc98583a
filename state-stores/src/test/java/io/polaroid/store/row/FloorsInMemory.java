package io.polaroid.store.row;

import io.polaroid.store.Floors;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.kafka.streams.processor.StateStoreContext;

/** Floors of one partition, as a topic would keep them: what was written counts when it is committed. */
final class FloorsInMemory implements Floors {
    private final List<Floor> written = new ArrayList<>();
    final List<Floor> committed = new ArrayList<>();

    /** What a reader gets in place of what was written. */
    UnaryOperator<Floor> onTheWay = floor -> floor;

    /** How many of the newest a reader does not see yet. */
    int unseen;

    @Override
    public void write(StateStoreContext context, Floor floor) {
        written.add(floor);
    }

    void commit() {
        committed.addAll(written);
        written.clear();
    }

    void abort() {
        written.clear();
    }

    @Override
    public Optional<Floor> read(StateStoreContext context) {
        int seen = committed.size() - unseen;
        return seen <= 0 ? Optional.empty() : Optional.of(onTheWay.apply(committed.get(seen - 1)));
    }
}
