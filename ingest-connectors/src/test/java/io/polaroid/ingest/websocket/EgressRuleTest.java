package io.polaroid.ingest.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EgressRuleTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.8.8.8",
                "0.0.0.0",
                "0.1.2.3",
                "10.1.2.3",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "169.254.169.254",
                "100.64.0.1",
                "100.127.255.255",
                "192.0.0.1",
                "198.18.0.1",
                "198.19.1.1",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255",
                "::1",
                "::",
                "fe80::1",
                "fec0::1",
                "fc00::1",
                "fd12::1",
                "ff02::1",
                "::ffff:127.0.0.1",
                "64:ff9b::7f00:1",
                "2002:7f00:1::",
                "2001:0:1::1",
                "2001:db8::1"
            })
    void privateAddressesNeedTheirHostNamed(String address) throws UnknownHostException {
        var addresses = List.of(InetAddress.getByName("8.8.8.8"), InetAddress.getByName(address));
        assertThat(new EgressRule(List.of("other.example")).check("Feed.Example", 443, addresses))
                .isInstanceOfSatisfying(
                        Result.Err.class,
                        err -> assertThat(err.problem().code()).isEqualTo(ProblemCode.NOT_ALLOWED));
        for (String named : List.of("feed.example", "FEED.example:443")) {
            assertThat(new EgressRule(List.of(named)).check("Feed.Example", 443, addresses))
                    .isEqualTo(Result.ok(addresses));
        }
        assertThat(new EgressRule(List.of("feed.example:80")).check("feed.example", 443, addresses))
                .isInstanceOf(Result.Err.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.8", "172.32.0.1", "100.128.0.1", "198.20.0.1", "192.1.0.0", "2606:4700::1111"})
    void publicAddressesNeedNoName(String address) throws UnknownHostException {
        assertThat(EgressRule.isPublic(InetAddress.getByName(address))).isTrue();
    }

    @Test
    void reconnectWaitsGrowUpToTheirLimit() {
        var policy = new ReconnectPolicy(3, 100, 350, 2);
        assertThat(List.of(
                        policy.delayMillis(1), policy.delayMillis(2), policy.delayMillis(3), policy.delayMillis(9_999)))
                .containsExactly(100L, 200L, 350L, 350L);
        assertThat(policy.isExhausted(3)).isFalse();
        assertThat(policy.isExhausted(4)).isTrue();
        assertThat(ReconnectPolicy.defaults().isExhausted(Integer.MAX_VALUE)).isFalse();
    }
}
