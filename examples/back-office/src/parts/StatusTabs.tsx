import { changed, useRoute } from "../route";
import { words } from "../words";

type Props = { label: string; counts: { status: string; count: number }[] };

/** Each status with how many there are of it; the address holds which is chosen. */
export function StatusTabs({ label, counts }: Props) {
  const route = useRoute();
  const chosen = route.query.get("status") ?? undefined;
  const all = { status: undefined, count: counts.reduce((sum, each) => sum + each.count, 0) };
  return (
    <nav className="tabs" aria-label={label}>
      {[all, ...counts].map(({ status, count }) => (
        <a
          key={status ?? "all"}
          href={changed(route, { status })}
          aria-current={status === chosen ? "true" : undefined}
          className={count === 0 ? "quiet" : ""}
        >
          {status ? words(status) : "All"} <span className="count">{count.toLocaleString()}</span>
        </a>
      ))}
    </nav>
  );
}
