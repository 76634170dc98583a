package io.polaroid.timeseries.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.timeseries.expr.Predicate;
import io.polaroid.timeseries.row.ArrayRow;
import java.util.LinkedHashMap;
import java.util.List;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;

class AggregatePlanTest {
    private static final ArrowType FLOAT = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
    private static final Schema TRADES =
            new Schema(List.of(Field.nullable("price", FLOAT), Field.nullable("size", FLOAT)));

    @Test
    void makesABarOfThreeTradesInAnyOrder() {
        var outputs = new LinkedHashMap<String, String>();
        outputs.put("open", "first(price)");
        outputs.put("high", "max(price)");
        outputs.put("low", "min(price)");
        outputs.put("close", "last(price)");
        outputs.put("volume", "sum(size)");
        outputs.put("count", "count(price)");
        outputs.put("vwap", "sum(price*size)/sum(size)");
        outputs.put("range", "max(price)-min(price)");
        outputs.put("sd", "std(price)");
        AggregatePlan plan = AggregatePlan.of(outputs, TRADES).orThrow();
        Slots state = new ArraySlots(plan.doubleSlots(), plan.longSlots());
        plan.reset(state);

        plan.update(state, ArrayRow.of(12.0, 2.0), 30, 7);
        plan.update(state, ArrayRow.of(10.0, 1.0), 10, 9);
        plan.update(state, ArrayRow.of(11.0, 1.0), 30, 8);

        assertThat(plan.finish(state)).containsExactly(10.0, 12.0, 10.0, 11.0, 4.0, 3L, 11.25, 2.0, 1.0);
    }

    @Test
    void keepsUnknownOutOfAPredicate() {
        Predicate positive = Predicate.of("price > 0 and size is not null", TRADES).orThrow();

        assertThat(positive.test(ArrayRow.of(1.0, 1.0))).isTrue();
        assertThat(positive.test(ArrayRow.of(null, 1.0))).isFalse();
        assertThat(positive.test(ArrayRow.of(1.0, null))).isFalse();
    }
}
