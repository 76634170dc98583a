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
        URI url = rest.advertisedUrl();
        var policy = new AllConnectorClientConfigOverridePolicy();
        policy.configure(config.originals());
        return new HerderFactory()
                .createHerder(config, url.getHost() + ":" + url.getPort(), plugins, policy, rest, client);
    }
}
