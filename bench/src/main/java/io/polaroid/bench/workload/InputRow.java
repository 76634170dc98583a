package io.polaroid.bench.workload;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A trade or a quote, decoded by hand from the Confluent wire format: what a careful user of any of the peers would write. A
 * quote's bid and ask stand in {@code price} and {@code ask}. Fields are public and there is a constructor without arguments,
 * since that makes it a plain object by Flink's rules, with its fast serializer.
 */
public final class InputRow {
    /** Schema ids in the wire format: trades are registered first, quotes second. */
    public static final int TRADE_ID = 1;

    /** See {@link #TRADE_ID}. */
    public static final int QUOTE_ID = 2;

    private static final VarHandle DOUBLE =
            MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);

    /** The series. */
    public String symbol = "";

    /** Event time. */
    public long millis;

    /** Price of a trade, bid of a quote. */
    public double price;

    /** Size of a trade or of the bid. */
    public double size;

    /** Ask of a quote. */
    public double ask;

    /** A row to be filled. */
    public InputRow() {}

    /** The trade in a record value. */
    public static InputRow trade(byte[] value) {
        return new InputRow().readTrade(value);
    }

    /** The quote in a record value. */
    public static InputRow quote(byte[] value) {
        return new InputRow().readQuote(value);
    }

    /** Takes a trade over from a record value. */
    public InputRow readTrade(byte[] value) {
        int at = head(value, TRADE_ID);
        price = (double) DOUBLE.get(value, at);
        size = (double) DOUBLE.get(value, at + 8);
        return this;
    }

    /** Takes a quote over from a record value. */
    public InputRow readQuote(byte[] value) {
        int at = head(value, QUOTE_ID);
        price = (double) DOUBLE.get(value, at);
        size = (double) DOUBLE.get(value, at + 8);
        ask = (double) DOUBLE.get(value, at + 16);
        return this;
    }

    private int head(byte[] value, int schemaId) {
        if (value[0] != 0 || value[4] != schemaId) {
            throw new IllegalArgumentException("the value is no row of schema " + schemaId);
        }
        return readHead(value);
    }

    private int readHead(byte[] value) {
        int length = value[5] >> 1;
        symbol = new String(value, 6, length, StandardCharsets.ISO_8859_1);
        int at = 6 + length;
        long zigzag = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = value[at++];
            zigzag |= (next & 0x7FL) << shift;
            if (next >= 0) {
                break;
            }
        }
        millis = ((zigzag >>> 1) ^ -(zigzag & 1)) / 1_000;
        return at;
    }

    /** The time of any record whose first fields are symbol and ts: all inputs and results. */
    public static long timeOf(byte[] value) {
        var row = new InputRow();
        row.readHead(value);
        return row.millis;
    }

    /** The record value of a trade. */
    public static byte[] encodeTrade(AvroBytes out, String symbol, long millis, double price, double size) {
        return out.begin(TRADE_ID)
                .text(symbol)
                .whole(millis * 1_000)
                .number(price)
                .number(size)
                .whole(0)
                .toBytes();
    }

    /** The record value of a quote whose spread is two ticks. */
    public static byte[] encodeQuote(AvroBytes out, String symbol, long millis, double bid, double size) {
        return out.begin(QUOTE_ID)
                .text(symbol)
                .whole(millis * 1_000)
                .number(bid)
                .number(size)
                .number(bid + 0.02)
                .number(size)
                .whole(0)
                .toBytes();
    }
}
