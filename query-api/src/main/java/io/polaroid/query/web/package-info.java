/** HTTP: health, metrics, JSON, live rows as server-sent events, and the page. */
@NullMarked
package io.polaroid.query.web;

import org.jspecify.annotations.NullMarked;
