package io.polaroid.timeseries.expr;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Nodes of functions of text. Lengths and places are counted in code points; null in, null out. */
final class Texts {
    private static final String BLANK = " \t\n\u000B\f\r";

    private Texts() {}

    /** A function of texts, and of whole numbers where it takes places. */
    @FunctionalInterface
    private interface Of {
        Object apply(Object[] arguments);
    }

    static Node of(Function function, List<Node> arguments) {
        return switch (function) {
            case LOWER -> node(Type.TEXT, arguments, a -> text(a, 0).toLowerCase(java.util.Locale.ROOT));
            case UPPER -> node(Type.TEXT, arguments, a -> text(a, 0).toUpperCase(java.util.Locale.ROOT));
            case TRIM -> node(Type.TEXT, arguments, a -> trimmed(text(a, 0)));
            case LENGTH ->
                node(Type.INT, arguments, a ->
                        (long) text(a, 0).codePointCount(0, text(a, 0).length()));
            case SUBSTR -> node(Type.TEXT, arguments, Texts::part);
            case STARTS_WITH -> node(Type.BOOL, arguments, a -> text(a, 0).startsWith(text(a, 1)));
            case ENDS_WITH -> node(Type.BOOL, arguments, a -> text(a, 0).endsWith(text(a, 1)));
            case CONTAINS -> node(Type.BOOL, arguments, a -> text(a, 0).contains(text(a, 1)));
            case REPLACE ->
                node(
                        Type.TEXT,
                        arguments,
                        a -> text(a, 1).isEmpty() ? a[0] : text(a, 0).replace(text(a, 1), text(a, 2)));
            case CONCAT -> node(Type.TEXT, arguments, Texts::joined);
            default -> throw new IllegalArgumentException(function + " is no function of text");
        };
    }

    private static Node node(Type type, List<Node> arguments, Of function) {
        Node[] nodes = arguments.toArray(Node[]::new);
        return Node.of(type, row -> {
            Object[] cells = new Object[nodes.length];
            for (int i = 0; i < nodes.length; i++) {
                @Nullable Object cell = nodes[i].evaluate(row);
                if (cell == null) {
                    return null;
                }
                cells[i] = cell;
            }
            return function.apply(cells);
        });
    }

    private static String text(Object[] cells, int at) {
        return (String) cells[at];
    }

    private static String joined(Object[] cells) {
        var all = new StringBuilder();
        for (Object cell : cells) {
            all.append((String) cell);
        }
        return all.toString();
    }

    private static String trimmed(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && BLANK.indexOf(text.charAt(from)) >= 0) {
            from++;
        }
        while (from < to && BLANK.indexOf(text.charAt(to - 1)) >= 0) {
            to--;
        }
        return text.substring(from, to);
    }

    // From 1 on, or from the end where it is negative, as in SQL; what lies outside of the text is cut off.
    private static String part(Object[] cells) {
        String text = text(cells, 0);
        long length = text.codePointCount(0, text.length());
        long start = (Long) cells[1];
        long from = start > 0 ? start - 1 : start < 0 ? length + start : -1;
        long count = cells.length < 3 ? Long.MAX_VALUE : Math.max(0, (Long) cells[2]);
        long end = count > length - from ? length : from + count;
        long first = Math.clamp(from, 0, length);
        long last = Math.clamp(end, first, length);
        int begin = text.offsetByCodePoints(0, (int) first);
        return text.substring(begin, text.offsetByCodePoints(begin, (int) (last - first)));
    }
}
