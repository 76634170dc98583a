/** Topics read from beginning to end as tables, read_committed. */
@NullMarked
package io.polaroid.query.topic;

import org.jspecify.annotations.NullMarked;
