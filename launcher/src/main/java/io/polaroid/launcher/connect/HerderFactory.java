package io.polaroid.launcher.connect;

import java.net.URI;
import org.apache.kafka.connect.cli.ConnectDistributed;
import org.apache.kafka.connect.connector.policy.AllConnectorClientConfigOverridePolicy;
import org.apache.kafka.connect.runtime.distributed.DistributedConfig;
import org.apache.kafka.connect.runtime.distributed.DistributedHerder;
import org.apache.kafka.connect.runtime.isolation.Plugins;
import org.apache.kafka.connect.runtime.rest.ConnectRestServer;
import org.apache.kafka.connect.runtime.rest.RestClient;

/** Opens up {@link ConnectDistributed}'s protected assembly of a herder, so that it is not copied here. */
final class HerderFactory extends ConnectDistributed {
    private HerderFactory() {
        super();
    }

    static DistributedHerder create(
            DistributedConfig config, Plugins plugins, ConnectRestServer rest, RestClient client) {
        var policy = new AllConnectorClientConfigOverridePolicy();
        policy.configure(config.originals());
        return new HerderFactory().createHerder(config, workerId(rest), plugins, policy, rest, client);
    }

    /** By which the states of connectors and tasks name the worker that has them. */
    static String workerId(ConnectRestServer rest) {
        URI url = rest.advertisedUrl();
        return url.getHost() + ":" + url.getPort();
    }
}
