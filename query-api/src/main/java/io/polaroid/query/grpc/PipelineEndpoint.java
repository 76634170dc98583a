package io.polaroid.query.grpc;

import io.grpc.stub.StreamObserver;
import io.polaroid.query.catalog.Catalog;
import io.polaroid.query.catalog.Relation;
import io.polaroid.store.read.PipelineStatus;
import io.polaroid.store.read.RestoreStatus;
import io.polaroid.timeseries.result.Result;
import io.polaroid.v1.FeedStatus;
import io.polaroid.v1.PipelineServiceGrpc;
import io.polaroid.v1.RestoreStatusReply;
import io.polaroid.v1.RestoreStatusRequest;
import io.polaroid.v1.StatusReply;
import io.polaroid.v1.StatusRequest;
import io.polaroid.v1.StoreRestore;
import io.polaroid.v1.StreamStatus;
import io.polaroid.v1.TableColumn;
import io.polaroid.v1.TableDescription;
import io.polaroid.v1.TablesReply;
import io.polaroid.v1.TablesRequest;
import io.polaroid.v1.ViewStatus;

/** What the pipeline holds and how it is doing, over gRPC. */
public final class PipelineEndpoint extends PipelineServiceGrpc.PipelineServiceImplBase {
    private final Catalog catalog;
    private final PipelineStatus status;

    /** An endpoint. */
    public PipelineEndpoint(Catalog catalog, PipelineStatus status) {
        this.catalog = catalog;
        this.status = status;
    }

    @Override
    public void tables(TablesRequest request, StreamObserver<TablesReply> reply) {
        var tables = TablesReply.newBuilder();
        catalog.relations().forEach(relation -> tables.addTables(describe(relation)));
        Replies.send(Result.ok(tables.build()), reply);
    }

    @Override
    public void status(StatusRequest request, StreamObserver<StatusReply> reply) {
        var answer =
                StatusReply.newBuilder().setApplication(status.application()).setReady(status.ready());
        status.streams().forEach(stream -> answer.addStreams(stream(stream)));
        status.views()
                .forEach(view -> answer.addViews(ViewStatus.newBuilder()
                        .setView(view.view())
                        .setInput(view.input())
                        .putAllCounts(view.counts())));
        status.feeds()
                .forEach(feed -> answer.addFeeds(FeedStatus.newBuilder()
                        .setSource(feed.source())
                        .setState(feed.state())
                        .setSinceNs(feed.sinceNanos())));
        Replies.send(Result.ok(answer.build()), reply);
    }

    @Override
    public void restoreStatus(RestoreStatusRequest request, StreamObserver<RestoreStatusReply> reply) {
        var answer = RestoreStatusReply.newBuilder().setReady(status.ready());
        status.restores().forEach(restore -> answer.addStores(restore(restore)));
        Replies.send(Result.ok(answer.build()), reply);
    }

    private static StoreRestore restore(RestoreStatus restore) {
        var answer = StoreRestore.newBuilder()
                .setStore(restore.store())
                .setTopic(restore.topic())
                .setPartition(restore.partition())
                .setStartOffset(restore.startOffset())
                .setDoneOffset(restore.doneOffset())
                .setEndOffset(restore.endOffset())
                .setRows(restore.restoredRows())
                .setRowsPerSecond(restore.rowsPerSecond())
                .setFinished(restore.finished());
        restore.left().ifPresent(left -> answer.setSecondsLeft(left.toMillis() / 1_000.0));
        return answer.build();
    }

    private static TableDescription describe(Relation relation) {
        var table = TableDescription.newBuilder()
                .setName(relation.name())
                .setKind(relation.kind())
                .addAllKeyColumns(relation.keyColumns())
                .setTimeColumn(relation.timeColumn())
                .setPartitions(relation.partitions())
                .setDescription(relation.description());
        relation.schema()
                .getFields()
                .forEach(field -> table.addColumns(TableColumn.newBuilder()
                        .setName(field.getName())
                        .setType(field.getType().toString())));
        return table.build();
    }

    private static StreamStatus stream(PipelineStatus.StreamStatus stream) {
        var answer = StreamStatus.newBuilder()
                .setStream(stream.stream())
                .setPartition(stream.partition())
                .setRows(stream.rows())
                .setDuplicates(stream.duplicates())
                .setDeadLetters(stream.deadLetters())
                .setRerouted(stream.rerouted())
                .setCommittedOffset(stream.committedOffset());
        if (stream.progressNanos() != Long.MIN_VALUE) {
            answer.setProgressNs(stream.progressNanos());
        }
        return answer.build();
    }
}
