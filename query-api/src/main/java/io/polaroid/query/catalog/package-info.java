/** What can be named in a query: live tables with their history in Parquet, and topics read on demand. */
@NullMarked
package io.polaroid.query.catalog;

import org.jspecify.annotations.NullMarked;
