import { words } from "../words";

const GOOD = ["SUCCEEDED", "COMPLETED", "FULLY_SHIPPED", "VALID", "MAPPED", "TOLD", "ACCEPTED", "BOUGHT", "CONFIRMED",
  "FOR_SALE", "REFUNDED", "UPLOADED"];
const BUSY = ["IN_PROCESS", "RUNNING", "QUEUED", "PARTIALLY_SHIPPED", "WAITING", "REQUESTED", "WORKING", "PENDING",
  "UNDER_REVIEW", "IN_TRANSIT", "IN_REVIEW", "REFUNDING", "SENDING"];
const WARN = ["ON_HOLD", "PARTIALLY_SUCCEEDED", "WARNING", "EXPIRING", "UNTESTED", "UNMAPPED", "SKIPPED", "RETURN_REQUESTED",
  "LABEL_REQUESTED", "REFUND_REQUESTED", "RECEIVED", "COUNTERED", "IN_DOUBT", "NOT_FOR_SALE", "WANTED"];
const BAD = ["FAILED", "CRITICAL", "REJECTED", "EXPIRED", "REFUSED", "PAST_DUE", "UNCONFIRMED"];

/** A state of the API's in words, with a colour that only repeats them. */
export function Badge({ value }: { value: string }) {
  const tone = GOOD.includes(value) ? "good" : BUSY.includes(value) ? "busy"
    : WARN.includes(value) ? "warn" : BAD.includes(value) ? "bad" : "plain";
  return <span className={`badge ${tone}`}>{words(value)}</span>;
}
