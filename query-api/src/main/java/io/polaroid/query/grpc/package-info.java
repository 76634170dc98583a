/** DataFrameService and PipelineService: thin edges over plans and the engine. */
@NullMarked
package io.polaroid.query.grpc;

import org.jspecify.annotations.NullMarked;
