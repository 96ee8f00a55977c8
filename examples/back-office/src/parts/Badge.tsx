import { words } from "../words";

const GOOD = ["SUCCEEDED", "COMPLETED", "FULLY_SHIPPED", "VALID", "MAPPED", "TOLD"];
const BUSY = ["IN_PROCESS", "RUNNING", "QUEUED", "PARTIALLY_SHIPPED", "WAITING"];
const WARN = ["ON_HOLD", "PARTIALLY_SUCCEEDED", "WARNING", "EXPIRING", "UNTESTED", "UNMAPPED", "SKIPPED"];
const BAD = ["FAILED", "CRITICAL", "REJECTED", "EXPIRED", "REFUSED", "PAST_DUE"];

/** A state of the API's in words, with a colour that only repeats them. */
export function Badge({ value }: { value: string }) {
  const tone = GOOD.includes(value) ? "good" : BUSY.includes(value) ? "busy"
    : WARN.includes(value) ? "warn" : BAD.includes(value) ? "bad" : "plain";
  return <span className={`badge ${tone}`}>{words(value)}</span>;
}
