package io.polaroid.store.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

class UnendedTransactionsTest {
    private final UnendedTransactions unended = new UnendedTransactions();

    private GatedProducer producer(MockProducer<byte[], byte[]> client) {
        return new GatedProducer(client, "market-1", unended);
    }

    @Test
    void knowsOfATransactionThatIsClosedWithoutAnEnd() {
        var client = new MockProducer<byte[], byte[]>();
        try (var producer = producer(client)) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.commitTransaction();
            producer.beginTransaction();
            client.abortTransactionException = new KafkaException("in an error state");
            assertThatThrownBy(producer::abortTransaction).isSameAs(client.abortTransactionException);
            assertThat(unended.ids()).as("its producer is there still").isEmpty();
        }
        assertThat(unended.ids()).containsExactly("market-1");
    }

    @Test
    void knowsOfNoneThatWasCommittedOrAborted() {
        try (var producer = producer(new MockProducer<>())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.abortTransaction();
            producer.beginTransaction();
            producer.commitTransaction();
        }
        assertThat(unended.ids()).isEmpty();
    }

    @Test
    void endsItOnceAndAgainWhereThatFailed() throws Exception {
        unended.left("market-1");
        var ended = new ArrayList<String>();
        assertThatThrownBy(() -> unended.end("market-1", id -> {
                    throw new TimeoutException("no broker");
                }))
                .isInstanceOf(TimeoutException.class);
        assertThat(unended.end("market-1", ended::add)).isTrue();
        assertThat(unended.end("market-1", ended::add)).isFalse();
        assertThat(unended.end("market-2", ended::add)).isFalse();
        assertThat(ended).containsExactly("market-1");
    }

    @Test
    void leavesAProducerAloneThatHasTakenTheIdOver() throws Exception {
        unended.left("market-1");
        var ended = new ArrayList<String>();
        try (var successor = producer(new MockProducer<>())) {
            successor.initTransactions();
            assertThat(unended.end("market-1", ended::add)).isFalse();
            successor.beginTransaction();
            assertThat(unended.end("market-1", ended::add)).isFalse();
            successor.commitTransaction();
        }
        assertThat(ended).isEmpty();
    }

    @Test
    void oneThatTakesTheIdOverWaitsForTheEndAndNotTheOtherWayRound() throws Exception {
        unended.left("market-1");
        var order = new ArrayList<String>();
        var ending = new CountDownLatch(1);
        var asked = new CountDownLatch(1);
        CompletableFuture<Void> successor;
        try (var producer = producer(new MockProducer<>())) {
            successor = CompletableFuture.runAsync(() -> {
                await(ending);
                asked.countDown();
                producer.initTransactions();
                order.add("taken over");
            });
            assertThat(unended.end("market-1", id -> {
                        ending.countDown();
                        await(asked);
                        order.add("ended");
                    }))
                    .isTrue();
            successor.join();
            assertThat(order).isEqualTo(List.of("ended", "taken over"));
        }
        // Given one that is taking it over
        unended.left("market-1");
        assertThat(order).hasSize(2);
        unended.takeOver("market-1", () -> {
            var meanwhile = CompletableFuture.supplyAsync(() -> {
                try {
                    return unended.end("market-1", order::add);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(meanwhile.join()).isFalse();
        });
        assertThat(order).hasSize(2);
        assertThat(unended.ids()).isEmpty();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
