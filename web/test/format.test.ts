import { describe, expect, it } from "vitest";
import { formatBytes, formatCell, formatClock, formatDuration, formatInstant, formatPrice, formatRate, parseTime } from "../src/format";

describe("times", () => {
  it("are read whatever the number of fraction digits", () => {
    expect(parseTime("2024-08-08T23:54:16.313123456Z")).toBe(Date.UTC(2024, 7, 8, 23, 54, 16, 313));
    expect(parseTime("2024-08-08T23:54:16Z")).toBe(Date.UTC(2024, 7, 8, 23, 54, 16));
    expect(parseTime("yesterday")).toBeNaN();
  });

  it("are shown in UTC", () => {
    expect(formatInstant(Date.UTC(2024, 7, 8, 23, 54, 16, 313))).toBe("2024-08-08 23:54:16.313");
    expect(formatClock(Date.UTC(2024, 7, 8, 23, 54, 16))).toBe("23:54:16");
    expect(formatInstant(NaN)).toBe("–");
  });
});

describe("durations", () => {
  it.each([
    [null, "–"],
    [0, "0 ms"],
    [180.4, "180 ms"],
    [-1_500, "-1.5 s"],
    [59_900, "59.9 s"],
    [61_000, "1 min 1 s"],
    [3_720_000, "1 h 2 min"],
    [835 * 86_400_000 + 3_600_000, "835 d 1 h"],
  ])("%s ms is %s", (millis, text) => expect(formatDuration(millis)).toBe(text));
});

describe("numbers", () => {
  it("have the decimals that their size asks for", () => {
    expect(formatPrice(61_800.3)).toBe("61,800.30");
    expect(formatPrice(1.08571)).toBe("1.0857");
    expect(formatPrice(0.000123)).toBe("0.000123");
    expect(formatPrice(NaN)).toBe("–");
  });

  it("say a rate only where there is one", () => {
    expect(formatRate(null)).toBe("–");
    expect(formatRate(0)).toBe("0");
    expect(formatRate(2.26)).toBe("2.3");
    expect(formatRate(1_234.6)).toBe("1,235");
    expect(formatRate(1_250_000)).toBe("1.3M");
  });
});

describe("cells", () => {
  it("tell null from an empty text", () => {
    expect(formatCell(null)).toBe("null");
    expect(formatCell("")).toBe("");
    expect(formatCell({ a: [1] })).toBe('{"a":[1]}');
    expect(formatCell(false)).toBe("false");
  });
});

describe("bytes", () => {
  it("are shown as the text that they are, else as they came", () => {
    expect(formatBytes(btoa('{"p":"0"}'))).toBe('{"p":"0"}');
    expect(formatBytes(btoa("\xff\xfe"))).toBe("//4=");
    expect(formatBytes("not base64!")).toBe("not base64!");
    expect(formatBytes(null)).toBe("null");
  });
});
