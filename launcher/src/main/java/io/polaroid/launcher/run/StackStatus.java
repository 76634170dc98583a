package io.polaroid.launcher.run;

import io.polaroid.launcher.connect.ConnectorWatch;
import io.polaroid.store.read.PipelineStatus;
import io.polaroid.store.read.RestoreStatus;
import java.util.List;

/** How the pipeline of a stack is doing, and its connectors. */
record StackStatus(PipelineStatus pipeline, ConnectorWatch connectors) implements PipelineStatus {
    @Override
    public boolean ready() {
        return pipeline.ready();
    }

    @Override
    public String application() {
        return pipeline.application();
    }

    @Override
    public List<StreamStatus> streams() {
        return pipeline.streams();
    }

    @Override
    public List<ViewStatus> views() {
        return pipeline.views();
    }

    @Override
    public List<FeedStatus> feeds() {
        return pipeline.feeds();
    }

    @Override
    public List<RestoreStatus> restores() {
        return pipeline.restores();
    }

    @Override
    public List<TaskStatus> restarting() {
        return connectors.restarting();
    }
}
