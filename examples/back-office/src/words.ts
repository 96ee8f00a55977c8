/** IN_PROCESS as a person reads it: In process. */
export function words(name: string): string {
  const text = name.toLowerCase().replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** An exact amount: it stays text, and never becomes a float. */
export function money(value: { amount: string; currencyCode: string } | null | undefined): string {
  if (!value) return "–";
  const format = new Intl.NumberFormat(undefined, { style: "currency", currency: value.currencyCode });
  return format.format(value.amount as Intl.StringNumericLiteral);
}

const MOMENT = { month: "short", day: "numeric", hour: "numeric", minute: "2-digit" } as const;
const THIS_YEAR = new Intl.DateTimeFormat(undefined, MOMENT);
const ANY_YEAR = new Intl.DateTimeFormat(undefined, { ...MOMENT, year: "numeric" });

/** In the browser's time zone; the year where it isn't this one. */
export function moment(value: string | null | undefined): string {
  if (!value) return "–";
  const date = new Date(value);
  return (date.getFullYear() === new Date().getFullYear() ? THIS_YEAR : ANY_YEAR).format(date);
}

const AGO = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
const UNITS = [["day", 86_400], ["hour", 3_600], ["minute", 60]] as const;

/** Such as "in 3 hours" or "2 days ago". */
export function fromNow(value: string | null | undefined): string {
  if (!value) return "–";
  const seconds = (new Date(value).getTime() - Date.now()) / 1_000;
  const [unit, length] = UNITS.find((each) => Math.abs(seconds) >= each[1]) ?? (["second", 1] as const);
  return AGO.format(Math.round(seconds / length), unit);
}

export function count(value: number, one: string, many = `${one}s`): string {
  return `${value.toLocaleString()} ${value === 1 ? one : many}`;
}
