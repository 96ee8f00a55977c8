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

/** A table; where there is no room for columns, each row becomes a card of its own (styles/tables.css). */
export function Table<Row>({ caption, columns, rows, rowKey, empty }: Props<Row>) {
  const route = useRoute();
  const sort = route.query.get("sort") ?? undefined;
  if (rows.length === 0) return <p className="empty">{empty}</p>;
  return (
    <div className="table-frame">
      <SortChoice columns={columns} sort={sort} onSort={(next) => (location.hash = changed(route, { sort: next }))} />
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
                <td key={title} data-title={title} className={isNumber ? "number" : isLong ? "long" : ""}>
                  <div>{cell(row) ?? "–"}</div>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

type SortProps<Row> = { columns: Column<Row>[]; sort: string | undefined; onSort: (sort: string) => void };

/** In place of the headings, where there is no room for them. */
function SortChoice<Row>({ columns, sort, onSort }: SortProps<Row>) {
  const sorted = columns.filter((column) => column.sort);
  if (sorted.length === 0) return null;
  return (
    <select className="narrow" aria-label="Sorted by" value={sort ?? ""} onChange={(event) => onSort(event.target.value)}>
      <option value="">Sorted as usual</option>
      {sorted.flatMap(({ title, sort: name }) => [
        <option key={name} value={name}>{title}, upwards</option>,
        <option key={`-${name}`} value={`-${name}`}>{title}, downwards</option>,
      ])}
    </select>
  );
}

function ariaSort(name: string | undefined, sort: string | undefined) {
  if (name === undefined) return undefined;
  return sort === name ? "ascending" : sort === `-${name}` ? "descending" : "none";
}
