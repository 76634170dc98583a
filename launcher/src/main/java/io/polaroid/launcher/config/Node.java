package io.polaroid.launcher.config;

import java.util.List;
import java.util.SequencedMap;

/** A YAML value that knows where it stands. */
sealed interface Node {
    /** Where it begins. */
    Mark mark();

    /** The keys that lead to it. */
    String path();

    /** What a person calls this kind of value. */
    String kind();

    /** A mapping, in the order of the file. */
    record Mapping(Mark mark, String path, SequencedMap<String, Entry> entries) implements Node {
        @Override
        public String kind() {
            return "a mapping";
        }
    }

    /** A key with its value. */
    record Entry(Mark keyMark, Node value) {}

    /** A list. */
    record Sequence(Mark mark, String path, List<Node> items) implements Node {
        public Sequence {
            items = List.copyOf(items);
        }

        @Override
        public String kind() {
            return "a list";
        }
    }

    /**
     * A text, a number, true or false: as it was written, with {@code ${env:NAME}} filled in. Its {@code toString} leaves the
     * text out where a secret may be in it.
     */
    record Scalar(Mark mark, String path, String text, Type type, boolean fromEnvironment) implements Node {
        /** What YAML takes the text for. */
        enum Type {
            TEXT,
            NUMBER,
            BOOLEAN
        }

        @Override
        public String kind() {
            return "the value " + shown();
        }

        /** The text for a message, masked if it came out of the environment. */
        String shown() {
            return fromEnvironment ? "***" : "\"" + (text.length() > 60 ? text.substring(0, 60) + "…" : text) + "\"";
        }

        @Override
        public String toString() {
            return shown();
        }
    }

    /** Nothing, as in {@code key:}. */
    record Missing(Mark mark, String path) implements Node {
        @Override
        public String kind() {
            return "nothing";
        }
    }
}
