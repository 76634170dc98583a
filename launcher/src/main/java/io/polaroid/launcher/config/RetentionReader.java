package io.polaroid.launcher.config;

import io.polaroid.topology.pipeline.ViewSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What views need kept, and how far back they may look by that. */
final class RetentionReader {
    private final Mistakes mistakes;

    RetentionReader(Mistakes mistakes) {
        this.mistakes = mistakes;
    }

    /** How long a view may look back by default, of what is kept so long: all but disorder and grace, or half if series may be behind. */
    static Duration spare(Duration kept, ViewSpec.Policy policy) {
        Duration spare = kept.minus(policy.disorder()).minus(policy.grace());
        return policy.lateness() instanceof ViewSpec.Lateness.OfSeries ? spare.dividedBy(2) : spare;
    }

    /**
     * {@link #enough} for views of several inputs: as far as their progress may be apart, a correction of one still finds the rows of the
     * others. So series may be behind by half of what is left, and inputs be apart by the other half.
     */
    ViewSpec.Policy enough(
            Fields options, ViewSpec.Policy policy, Duration window, List<Input> inputs, String windowName) {
        var kept = policy;
        for (Input input : inputs) {
            kept = enough(options, kept, window, Optional.of(input), windowName);
        }
        return inputs.size() > 1 && kept.lateness() instanceof ViewSpec.Lateness.OfSeries(Duration behind)
                ? kept.withLateness(new ViewSpec.Lateness.OfSeries(behind.dividedBy(2)))
                : kept;
    }

    /**
     * Corrections need the rows and results that they correct: nothing may leave before disorder, grace and window are over. What is
     * left over is how far series may be behind, where rows are late by their series.
     *
     * @return the policy, with that
     */
    ViewSpec.Policy enough(
            Fields options, ViewSpec.Policy policy, Duration window, Optional<Input> rowsOf, String windowName) {
        Duration needed = policy.disorder().plus(policy.grace()).plus(window);
        String sum = "%s + disorder %s + grace %s = %s"
                .formatted(
                        windowName + " " + DurationText.of(window),
                        DurationText.of(policy.disorder()),
                        DurationText.of(policy.grace()),
                        DurationText.of(needed));
        if (policy.retention().compareTo(needed) < 0) {
            mistakes.add(
                    options.mapping(),
                    "the view keeps results for %s, but corrections need %s; raise its retention or lower grace"
                            .formatted(DurationText.of(policy.retention()), sum));
        }
        rowsOf.filter(input -> input.retention().compareTo(needed) < 0)
                .ifPresent(input -> mistakes.add(
                        options.mapping(),
                        "%s %s keeps rows for %s, but this view needs %s; raise %ss.%s.retention or lower grace"
                                .formatted(
                                        input.kind(),
                                        input.name(),
                                        DurationText.of(input.retention()),
                                        sum,
                                        input.kind(),
                                        input.name())));
        Duration kept = rowsOf.map(Input::retention)
                .filter(rows -> rows.compareTo(policy.retention()) < 0)
                .orElse(policy.retention());
        Duration behind = kept.minus(policy.disorder()).minus(window);
        if (!(policy.lateness() instanceof ViewSpec.Lateness.OfSeries(Duration most)) || most.compareTo(behind) <= 0) {
            return policy;
        }
        if (behind.compareTo(policy.grace()) <= 0) {
            options.node("lateness")
                    .ifPresent(node -> mistakes.add(
                            node,
                            ("leaves series no room to be behind: of the %s that rows and results are kept, all is"
                                            + " needed for %s; raise retention")
                                    .formatted(DurationText.of(kept), sum)));
        }
        return policy.withLateness(new ViewSpec.Lateness.OfSeries(behind));
    }
}
