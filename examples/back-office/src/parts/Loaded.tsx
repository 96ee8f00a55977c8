import type { ReactNode } from "react";
import type { CombinedError } from "urql";

import { RequestError } from "./Messages";

type Result<T> = { data?: T | undefined; error?: CombinedError | undefined; fetching: boolean; stale: boolean };
type Props<T> = {
  title: string;
  result: Result<T>;
  /** Whether changes show by themselves. */
  isLive?: boolean;
  actions?: ReactNode;
  children: (data: T) => ReactNode;
};

/** A screen: its heading, and what its one request brought. */
export function Loaded<T>({ title, result, isLive, actions, children }: Props<T>) {
  const { data, error, fetching, stale } = result;
  return (
    <>
      <header className="screen-head">
        <h1>{title}</h1>
        {isLive && <span className="live" title="Changes show by themselves">Live</span>}
        <span className="busy-mark" role="status">{fetching || stale ? "Loading …" : ""}</span>
        {actions && <div className="actions">{actions}</div>}
      </header>
      <RequestError error={error} />
      {data && children(data)}
    </>
  );
}
