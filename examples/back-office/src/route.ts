import { useSyncExternalStore } from "react";

/** What the address names behind its #: a screen, what it shows, and how. */
export type Route = { screen: string; id: string | undefined; query: URLSearchParams };

type Query = Record<string, string | undefined>;

export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [screen = "", id] = path.split("/").map(decodeURIComponent);
  return { screen: screen || "orders", id: id || undefined, query: new URLSearchParams(query) };
}

export function href(screen: string, id?: string, query: Query = {}): string {
  const given = Object.entries(query).filter((each): each is [string, string] => Boolean(each[1]));
  const path = [screen, id].filter((each) => each !== undefined).map(encodeURIComponent);
  return `#/${path.join("/")}${given.length > 0 ? `?${new URLSearchParams(given)}` : ""}`;
}

/** The same screen with some of the query changed: from its first page, unless that names another. */
export function changed(route: Route, query: Query): string {
  return href(route.screen, route.id, { ...Object.fromEntries(route.query), after: undefined, ...query });
}

type OrderBy<Field> = { field: Field; direction: "ASC" | "DESC" };

/** How the address wants a list sorted, such as -TOTAL for the largest first; null: as the server has it. */
export function orderBy<Field extends string>({ query }: Route): OrderBy<Field> | null {
  const sort = query.get("sort");
  if (!sort) return null;
  return { field: sort.replace("-", "") as Field, direction: sort.startsWith("-") ? "DESC" : "ASC" };
}

function subscribe(onChange: () => void): () => void {
  addEventListener("hashchange", onChange);
  return () => removeEventListener("hashchange", onChange);
}
