import type { ReactNode } from "react";

export type Column<Row> = {
  title: string;
  cell: (row: Row) => ReactNode;
  isNumber?: boolean;
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
  /** Sorted by this; with a minus, the other way round. */
  sort?: string;
  onSort?: (sort: string) => void;
};

/** A table; where there is no room for columns, each row becomes a card of its own (styles/parts.css). */
export function Table<Row>({ caption, columns, rows, rowKey, empty, sort, onSort }: Props<Row>) {
  if (rows.length === 0) return <p className="empty">{empty}</p>;
  return (
    <div className="table-frame">
      <table>
        <caption className="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title, isNumber, sort: name }) => (
              <th key={title} scope="col" className={isNumber ? "number" : ""} aria-sort={ariaSort(name, sort)}>
                {name && onSort ? (
                  <button type="button" className="sort" onClick={() => onSort(sort === `-${name}` ? name : `-${name}`)}>
                    {title}
                  </button>
                ) : title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map(({ title, cell, isNumber }) => (
                <td key={title} data-title={title} className={isNumber ? "number" : ""}>{cell(row) ?? "–"}</td>
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
