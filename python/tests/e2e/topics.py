"""Reads topics with the stock confluent-kafka consumer and its Avro deserializer."""

from __future__ import annotations

import io
import json
import time
import uuid

import fastavro
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext

CONTROL = b"\x00polaroid/control/"


def stock(stack, topic: str):
    """confluent-kafka's own deserializer."""
    deserializer = AvroDeserializer(SchemaRegistryClient({"url": stack.registry}))
    context = SerializationContext(topic, MessageField.VALUE)
    return lambda value: deserializer(value, context)


def plain(stack, topic: str):
    """The same wire format and the same Avro library without the wrapping: for topics of a million revisions."""
    registry = SchemaRegistryClient({"url": stack.registry})
    schemas: dict = {}

    def deserialize(value: bytes) -> dict:
        magic, number = value[0], int.from_bytes(value[1:5], "big")
        assert magic == 0, f"{topic}: not the Confluent wire format"
        if number not in schemas:
            schemas[number] = fastavro.parse_schema(json.loads(registry.get_schema(number).schema_str))
        return fastavro.schemaless_reader(io.BytesIO(value[5:]), schemas[number], None)

    return deserialize


def read_all(stack, topic: str, seconds: float = 300, decoder=stock) -> list[dict]:
    """All of `read_each`."""
    return list(read_each(stack, topic, seconds, decoder))


def read_each(stack, topic: str, seconds: float = 300, decoder=stock):
    """Every committed record with a value, from the beginning to the end as of now, each partition in offset order.

    Each row has the fields of the value and `_partition`, `_offset`, `_key`, `_timestamp`.
    """
    deserialize = decoder(stack, topic)
    consumer = Consumer(
        {
            "bootstrap.servers": stack.bootstrap,
            "group.id": f"test-{uuid.uuid4()}",
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "enable.partition.eof": True,
        }
    )
    try:
        metadata = consumer.list_topics(topic, timeout=20).topics[topic]
        assert metadata.error is None, metadata.error
        partitions = [TopicPartition(topic, number, 0) for number in metadata.partitions]
        consumer.assign(partitions)
        yield from _until_eof(consumer, {part.partition for part in partitions}, topic, deserialize, seconds)
    finally:
        consumer.close()


def _until_eof(consumer, open_partitions, topic, deserialize, seconds):
    end = time.monotonic() + seconds
    while open_partitions:
        assert time.monotonic() < end, f"{topic}: partitions {open_partitions} not read within {seconds} s"
        for message in consumer.consume(10_000, 0.5):
            if message.error():
                assert message.error().name() == "_PARTITION_EOF", message.error()
                open_partitions.discard(message.partition())
                continue
            if message.value() is None:
                assert (message.key() or b"").startswith(CONTROL), f"null value under key {message.key()!r}"
                continue
            row = deserialize(message.value())
            row.update(
                _partition=message.partition(),
                _offset=message.offset(),
                _key=message.key(),
                _timestamp=message.timestamp()[1],
            )
            yield row


def micros(instant) -> int:
    """A datetime as microseconds since 1970 UTC, exactly."""
    import datetime

    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    return (instant - epoch) // datetime.timedelta(microseconds=1)


def newest(rows, identity) -> dict:
    """The newest published revision of each result of rows in topic order; asserts that revisions count 0, 1, 2 …"""
    results: dict = {}
    for row in rows:
        if row["revision"] is None:
            continue
        key = identity(row)
        before = results.get(key)
        expected = 0 if before is None else before["revision"] + 1
        assert row["revision"] == expected, f"{key}: revision {row['revision']} where {expected} should be"
        results[key] = row
    return results
