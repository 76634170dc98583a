/** Values as text for people. Pure. */

const COUNT = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const COMPACT = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });

/** Milliseconds since 1970 of ISO-8601 text, whatever the number of fraction digits; NaN if it is no time. */
export function parseTime(text: string): number {
  return Date.parse(text.replace(/(\.\d{3})\d+/, "$1"));
}

export function formatCount(value: number): string {
  return Number.isFinite(value) ? COUNT.format(value) : "–";
}

export function formatRate(perSecond: number | null): string {
  if (perSecond === null || !Number.isFinite(perSecond)) {
    return "–";
  }
  if (perSecond > 0 && perSecond < 10) {
    return perSecond.toFixed(1);
  }
  return perSecond < 100_000 ? COUNT.format(perSecond) : COMPACT.format(perSecond);
}

/** A price with as many decimals as its size asks for. */
export function formatPrice(value: number): string {
  if (!Number.isFinite(value)) {
    return "–";
  }
  const decimals = pricePrecision(value);
  return value.toLocaleString("en-GB", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

export function pricePrecision(value: number): number {
  const size = Math.abs(value);
  return size >= 1_000 ? 2 : size >= 1 ? 4 : 6;
}

export function formatSize(value: number): string {
  return Number.isFinite(value) ? value.toLocaleString("en-GB", { maximumFractionDigits: 3 }) : "–";
}

/** `2024-08-08 23:54:16.313` in UTC. */
export function formatInstant(millis: number): string {
  return Number.isFinite(millis) ? new Date(millis).toISOString().replace("T", " ").replace("Z", "") : "–";
}

/** `23:54:16` in UTC. */
export function formatClock(millis: number): string {
  return Number.isFinite(millis) ? new Date(millis).toISOString().slice(11, 19) : "–";
}

/** A length of time in its two largest units. */
export function formatDuration(millis: number | null): string {
  if (millis === null || !Number.isFinite(millis)) {
    return "–";
  }
  const sign = millis < 0 ? "-" : "";
  const length = Math.abs(millis);
  if (length < 1_000) {
    return `${sign}${Math.round(length)} ms`;
  }
  if (length < 60_000) {
    return `${sign}${(length / 1_000).toFixed(1)} s`;
  }
  const seconds = Math.floor(length / 1_000);
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3_600) % 24, Math.floor(seconds / 60) % 60];
  if (days > 0) {
    return `${sign}${COUNT.format(days)} d ${hours} h`;
  }
  return hours > 0 ? `${sign}${hours} h ${minutes} min` : `${sign}${minutes} min ${seconds % 60} s`;
}

/** A cell of a result table. */
export function formatCell(value: unknown): string {
  if (value === null || value === undefined) {
    return "null";
  }
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Bytes that came as base64, as the text that they are; what is no UTF-8 stays base64. */
export function formatBytes(value: unknown): string {
  if (typeof value !== "string") {
    return formatCell(value);
  }
  try {
    const bytes = Uint8Array.from(atob(value), (letter) => letter.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return value;
  }
}
