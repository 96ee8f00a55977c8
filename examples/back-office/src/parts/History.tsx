import { useState } from "react";
import { useQuery } from "urql";

import { graphql } from "../gql";
import { moment, words } from "../words";

const HISTORY = graphql(`
  query History($id: ID!) {
    node(id: $id) {
      __typename
      ... on Order { id history(first: 50) { nodes { ...Happened } } }
      ... on Product { id history(first: 50) { nodes { ...Happened } } }
    }
  }
  fragment Happened on HistoryEntry {
    occurredAt
    actor
    author
    type
    message
    subjectType
    subjectId
    before
    after
  }
`);

/** What people and Temu did to an order or a product; read when it is opened. */
export function History({ id }: { id: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="card" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary><h2>History</h2></summary>
      {isOpen && <Entries id={id} />}
    </details>
  );
}

function Entries({ id }: { id: string }) {
  const [{ data, error }] = useQuery({ query: HISTORY, variables: { id }, requestPolicy: "network-only" });
  const node = data?.node;
  if (error) return <p className="notice bad" role="alert">{error.message}</p>;
  if (!node || !("history" in node)) return <p className="quiet">Loading …</p>;
  if (node.history.nodes.length === 0) return <p className="quiet">Nothing has happened to it.</p>;
  return (
    <ol className="list">
      {node.history.nodes.map((entry, index) => (
        <li key={`${entry.occurredAt} ${entry.subjectId} ${index}`}>
          {entry.message ?? `${entry.subjectType}: ${changes(entry.before, entry.after)}`}
          <div className="quiet">
            {entry.type}, {entry.author ?? words(entry.actor)}, {moment(entry.occurredAt)}
          </div>
        </li>
      ))}
    </ol>
  );
}

/** Each member that was changed: what it was, and what it is. */
function changes(before: unknown, after: unknown): string {
  const [old, now] = [members(before), members(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])].filter((name) => old.get(name) !== now.get(name));
  return names.map((name) => `${name} ${now.get(name) ?? "none"} (${old.get(name) ?? "none"} before)`).join(", ");
}

/** The members of an object and of those in it, by their path; without what isn't there. */
function members(of: unknown, path = ""): Map<string, string> {
  if (of === null || of === undefined) return new Map();
  if (typeof of !== "object") return new Map([[path, String(of)]]);
  return new Map(Object.entries(of).flatMap(([key, value]) => [...members(value, path ? `${path}.${key}` : key)]));
}
