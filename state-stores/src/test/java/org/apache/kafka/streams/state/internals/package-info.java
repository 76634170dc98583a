/**
 * Runs Kafka's own test suites of stores, from its test artifact, on the Arrow stores. They are in Kafka's package because the
 * suites' methods are package-private.
 *
 * <p>Of the suites that take a store from a subclass one test is left out, and replaced: see {@code ArrowSessionSuiteTest}. The
 * other test classes beside them build Kafka's own stores and test those, or RocksDB.
 */
package org.apache.kafka.streams.state.internals;
