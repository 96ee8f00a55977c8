import type { ReactNode } from "react";

import { changed, useRoute } from "../route";

export type Column<Row> = {
  title: string;
  cell: (row: Row) => ReactNode;
  isNumber?: boolean;
  /** Whether it may take several lines. */
  isLong?: boolean;
  /** The name by which the server sorts it; none where it doesn't. */
  sort?: string;
};

type Props<Row> = {
  caption: string;
  columns: Column<Row>[];
  rows: Row[];
  /** What tells a row from the others; by default its id. */
  rowKey: (row: Row) => string;
  empty: string;
};

/** A table; where there is no room for columns, each row becomes a card of its own (styles/parts.css). */
export function Table<Row>({ caption, columns, rows, rowKey, empty }: Props<Row>) {
  const route = useRoute();
  const sort = route.query.get("sort") ?? undefined;
  if (rows.length === 0) return <p className="empty">{empty}</p>;
  return (
    <div className="table-frame">
      <table>
        <caption className="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title, isNumber, sort: name }) => (
              <th key={title} scope="col" className={isNumber ? "number" : ""} aria-sort={ariaSort(name, sort)}>
                {name ? <a className="sort" href={changed(route, { sort: sort === `-${name}` ? name : `-${name}` })}>{title}</a>
                  : title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map(({ title, cell, isNumber, isLong }) => (
                <td key={title} data-title={title} className={isNumber ? "number" : isLong ? "long" : ""}>{cell(row) ?? "–"}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ariaSort(name: string | undefined, sort: string | undefined) {
  if (name === undefined) return undefined;
  return sort === name ? "ascending" : sort === `-${name}` ? "descending" : "none";
}
