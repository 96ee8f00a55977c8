import { changed, useRoute } from "../route";

type PageInfo = { hasNextPage: boolean; endCursor: string | null };

/** Forward by the server's cursor, which the address holds; the way back is the browser's. */
export function Pager({ pageInfo, shown, total }: { pageInfo: PageInfo; shown: number; total: number }) {
  const route = useRoute();
  return (
    <nav className="pager" aria-label="Pages">
      <span className="quiet">{shown.toLocaleString()} of {total.toLocaleString()}</span>
      {route.query.has("after") && <a href={changed(route, {})}>First page</a>}
      {pageInfo.hasNextPage && pageInfo.endCursor && (
        <a href={changed(route, { after: pageInfo.endCursor })}>Next page</a>
      )}
    </nav>
  );
}
