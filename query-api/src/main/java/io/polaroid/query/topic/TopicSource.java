package io.polaroid.query.topic;

import org.apache.avro.Schema;

/**
 * A topic that can be queried like a table.
 *
 * @param topic name of the topic
 * @param schema Avro schema of its record values
 */
public record TopicSource(String topic, Schema schema) {}
