package io.polaroid.topology.app;

import io.polaroid.store.commit.UnendedTransactions;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the transactions that instances left open which are not in the group any more, and those that threads of this one could not
 * end when they lost their tasks or failed. Until then, readers of committed rows wait before them, and so do those that take
 * their partitions over; else that is until their time is up (decision 34).
 *
 * <p>Whose a transaction is, its id says: Kafka Streams makes it of application, process and thread, and names consumers likewise.
 * An instance that lives, but is not in the group, has lost its partitions: it would be fenced when it commits. Which of its own
 * are left, an instance knows of their producers: they are closed, and no other has taken their id over.
 */
final class LeftTransactions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LeftTransactions.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final long REQUEST_LIMIT_S = 20;

    private final String application;
    private final Pattern transaction;
    private final Pattern consumer;
    private final Supplier<Admin> connect;
    private final boolean streamsProtocol;
    private final UnendedTransactions unended;
    private final ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("left-transactions").factory());

    private boolean moved;
    private @Nullable Admin admin;
    private String told = "";

    /**
     * Of an application.
     *
     * @param connect makes a client, which this closes
     * @param streamsProtocol whether the broker keeps the group under the streams protocol
     * @param unended what producers of this instance leave open
     */
    LeftTransactions(
            String application, Supplier<Admin> connect, boolean streamsProtocol, UnendedTransactions unended) {
        this.application = application;
        this.connect = connect;
        this.streamsProtocol = streamsProtocol;
        this.unended = unended;
        String process = "(" + Pattern.quote(application) + "-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})";
        this.transaction = Pattern.compile(process + "-[0-9]+");
        this.consumer = Pattern.compile(process + "-StreamThread-[0-9]+-consumer");
    }

    /**
     * Ends those that an earlier life of this instance left open; before it starts, as it has the same ids then. Kafka Streams ends them
     * too, but not before the instance has an active task: it may come back to standbys only, and is a member all the while.
     */
    void endOwn(KafkaStreams streams) {
        try {
            fence(client(), ofProcesses(open(client()), own(streams)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            tell(e);
        }
    }

    /** Looks for them from now on, whenever partitions move. */
    void watch(KafkaStreams streams) {
        var unused = looking.scheduleWithFixedDelay(() -> look(streams), 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look(KafkaStreams streams) {
        boolean moving = streams.state() == KafkaStreams.State.REBALANCING;
        moved |= moving;
        try {
            for (String id : unended.ids()) {
                endUnended(id);
            }
            if (moved) {
                end(client(), own(streams));
                moved = moving;
            }
            told = "";
        } catch (IllegalStateException stopping) {
            LOG.debug("the pipeline does not run any more", stopping);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            tell(e);
        }
    }

    // Without asking whether it is open: a row that is still on its way could open it after that, and no more after
    // this.
    private void endUnended(String id) throws Exception {
        if (unended.end(id, it -> get(client().fenceProducers(List.of(it)).all()))) {
            LOG.info("ended what a thread that lost its tasks may have left open: {}", id);
        }
    }

    private Admin client() {
        var made = admin == null ? connect.get() : admin;
        admin = made;
        return made;
    }

    private Set<String> own(KafkaStreams streams) {
        var own = new HashSet<String>();
        streams.metadataForLocalThreads().forEach(thread -> own.add(process(thread.consumerClientId(), consumer)));
        return own;
    }

    /** Once for what may be said each second. */
    private void tell(Exception e) {
        String why = String.valueOf(e.getMessage());
        if (!why.equals(told)) {
            told = why;
            LOG.warn(
                    "whether instances have left transactions open is not known; what they hold back waits for its"
                            + " time to be up: {}",
                    why);
        }
    }

    /**
     * Ends them once.
     *
     * @param own processes, as application and id, that are this one
     * @return the transactions that were ended
     */
    Set<String> end(Admin admin, Set<String> own) throws Exception {
        var left = new HashSet<String>();
        for (String id : open(admin)) {
            if (!own.contains(process(id, transaction))) {
                left.add(id);
            }
        }
        if (left.isEmpty()) {
            return left;
        }
        // The members after the transactions: one that began in between is not taken for one that is gone.
        var members = new HashSet<String>();
        for (String client : members(admin)) {
            String process = process(client, consumer);
            if (process.isEmpty()) {
                LOG.debug("member {} has a name of its own; its transactions are not known", client);
                return Set.of();
            }
            members.add(process);
        }
        left.removeIf(id -> members.contains(process(id, transaction)));
        fence(admin, left);
        return left;
    }

    private Set<String> ofProcesses(List<String> ids, Set<String> processes) {
        return ids.stream()
                .filter(id -> processes.contains(process(id, transaction)))
                .collect(Collectors.toSet());
    }

    private static void fence(Admin admin, Set<String> ids) throws Exception {
        if (!ids.isEmpty()) {
            get(admin.fenceProducers(ids).all());
            LOG.info("ended {} transactions of instances that are gone: {}", ids.size(), ids);
        }
    }

    private List<String> open(Admin admin) throws Exception {
        Collection<TransactionListing> open =
                get(admin.listTransactions(new ListTransactionsOptions().filterStates(Set.of(TransactionState.ONGOING)))
                        .all());
        return open.stream()
                .map(TransactionListing::transactionalId)
                .filter(id -> transaction.matcher(id).matches())
                .toList();
    }

    private List<String> members(Admin admin) throws Exception {
        if (streamsProtocol) {
            return Optional.ofNullable(get(admin.describeStreamsGroups(List.of(application))
                                    .all())
                            .get(application))
                    .map(group -> group.members().stream()
                            .map(member -> member.clientId())
                            .toList())
                    .orElse(List.of());
        }
        return Optional.ofNullable(
                        get(admin.describeConsumerGroups(List.of(application)).all())
                                .get(application))
                .map(group -> group.members().stream()
                        .map(member -> member.clientId())
                        .toList())
                .orElse(List.of());
    }

    private static String process(String name, Pattern of) {
        var found = of.matcher(name);
        return found.matches() ? found.group(1) : "";
    }

    private static <T> T get(KafkaFuture<T> answer) throws Exception {
        try {
            return answer.get(REQUEST_LIMIT_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    @Override
    public void close() {
        looking.shutdownNow();
        looking.close();
        if (admin != null) {
            admin.close(Duration.ZERO);
        }
    }
}
