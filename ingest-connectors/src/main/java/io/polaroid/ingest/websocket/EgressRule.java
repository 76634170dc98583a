package io.polaroid.ingest.websocket;

import io.polaroid.timeseries.result.ProblemCode;
import io.polaroid.timeseries.result.Result;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which addresses a source may connect to: those of a host that is named, or public ones. It judges the resolved addresses,
 * and the caller connects to just these, so that a name cannot change its meaning in between.
 */
final class EgressRule {
    private final Set<String> named;

    /** A rule that lets through these hosts ({@code host} or {@code host:port}) wherever they are. */
    EgressRule(List<String> allow) {
        named = new HashSet<>();
        allow.forEach(host -> named.add(host.toLowerCase(Locale.ROOT)));
    }

    /** The addresses, if each of them may be connected to; else {@code NOT_ALLOWED}. */
    Result<List<InetAddress>> check(String host, int port, List<InetAddress> addresses) {
        String name = host.toLowerCase(Locale.ROOT);
        if (named.contains(name) || named.contains(name + ":" + port)) {
            return Result.ok(addresses);
        }
        for (InetAddress address : addresses) {
            if (!isPublic(address)) {
                return Result.err(
                        ProblemCode.NOT_ALLOWED,
                        "host " + host + " is at " + address.getHostAddress()
                                + ", which is not a public address; name the host under allow if it is meant");
            }
        }
        return Result.ok(addresses);
    }

    static boolean isPublic(InetAddress address) {
        if (address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return false;
        }
        byte[] bytes = address.getAddress();
        return address instanceof Inet4Address ? isPublic4(bytes) : isPublic6(bytes);
    }

    private static boolean isPublic4(byte[] bytes) {
        int first = bytes[0] & 0xff;
        int second = bytes[1] & 0xff;
        boolean thisNetwork = first == 0;
        boolean carrierNat = first == 100 && second >= 64 && second < 128;
        boolean special = first == 192 && second == 0 && (bytes[2] == 0 || bytes[2] == 2);
        boolean benchmark = first == 198 && (second == 18 || second == 19);
        boolean documentation =
                first == 198 && second == 51 && bytes[2] == 100 || first == 203 && second == 0 && bytes[2] == 113;
        boolean reserved = first >= 240;
        return !(thisNetwork || carrierNat || special || benchmark || documentation || reserved);
    }

    /** Global unicast only, without the ranges that carry an IPv4 address inside. */
    private static boolean isPublic6(byte[] bytes) {
        boolean globalUnicast = (bytes[0] & 0xe0) == 0x20;
        boolean sixToFour = bytes[0] == 0x20 && bytes[1] == 0x02;
        boolean teredo = Arrays.equals(bytes, 0, 4, new byte[] {0x20, 0x01, 0, 0}, 0, 4);
        boolean documentation = Arrays.equals(bytes, 0, 4, new byte[] {0x20, 0x01, 0x0d, (byte) 0xb8}, 0, 4);
        return globalUnicast && !sixToFour && !teredo && !documentation;
    }
}
