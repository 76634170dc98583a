package io.polaroid.topology;

/** The names of nodes, stores and topics, derived from stream and view names here alone: they are a public contract. */
public final class Names {
    private Names() {}

    /** The topic of input that could not become rows. */
    public static String deadLetterTopic(String application) {
        return application + ".dead-letter";
    }

    /** The topic that remembers what streams and views an application has. */
    public static String pipelineTopic(String application) {
        return application + ".pipeline";
    }

    /** The topic that remembers where a restore of an input's row tier may begin. */
    public static String floorTopic(String application, String input) {
        return application + "." + input + ".floor";
    }

    /** The topic of a view's late rows. */
    public static String lateTopic(String view) {
        return view + ".late";
    }

    /** The table of all that a view has published, each revision of a result in a row of its own. */
    public static String revisionsTable(String view) {
        return view + ".revisions";
    }

    /** The row tier of a stream, or of a view that other views read. */
    public static String rowStore(String stream) {
        return stream + "-rows";
    }

    /** The result tier of a view. */
    public static String resultStore(String view) {
        return view + "-results";
    }

    /** The source node of a stream. */
    public static String source(String stream) {
        return stream + "-source";
    }

    /** The node that Kafka Streams restores a stream's row tier through. */
    public static String restoreMark(String stream) {
        return stream + "-restored-from-topic";
    }

    /** The processor node of a stream or view. */
    public static String processor(String name) {
        return name + "-processor";
    }

    /** The node that takes a view's topic into the row tier that other views read. */
    public static String inputProcessor(String view) {
        return view + "-input-processor";
    }

    /** The sink node of a view's control records. */
    public static String controlSink(String view) {
        return view + "-control-sink";
    }

    /** The sink node of a view's results. */
    public static String sink(String view) {
        return view + "-sink";
    }

    /** The sink node of a view's late rows. */
    public static String lateSink(String view) {
        return view + "-late-sink";
    }

    /** The sink node that takes a stream's rows to their right partition. */
    public static String rerouteSink(String stream) {
        return stream + "-reroute-sink";
    }

    /** The sink node of a stream's dead letters. */
    public static String deadLetterSink(String stream) {
        return stream + "-dead-letter-sink";
    }
}
