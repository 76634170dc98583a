/** What a Kafka record of ours is made of: series keys, control records, built-in schemas, dead letters. */
@NullMarked
package io.polaroid.schemas.record;

import org.jspecify.annotations.NullMarked;
