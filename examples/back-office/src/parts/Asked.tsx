import { graphql } from "../gql";
import type { ChannelActionKind, ChannelActionStatus } from "../gql/graphql";
import { useLive } from "../live";
import { fromNow, words } from "../words";
import { Badge } from "./Badge";

const JOBS_CHANGED = graphql(`
  subscription JobsChangedForActions($companyId: ID!) {
    queuedJobsChanged(companyId: $companyId) { cursor }
  }
`);

const OPEN: ChannelActionStatus[] = ["QUEUED", "IN_DOUBT", "WORKING"];

type Action = {
  id: string;
  kind: ChannelActionKind;
  status: ChannelActionStatus;
  message: string | null;
  createdAt: string;
};
type Props = { actions: Action[]; onChange: () => void };

/** What Temu was asked to do, and what became of it. While something is open, the screen is read anew as jobs go on. */
export function Asked({ actions, onChange }: Props) {
  if (actions.length === 0) return null;
  return (
    <section className="card">
      <h2>Asked of Temu</h2>
      <ul className="list" aria-label="Asked of Temu">
        {actions.map((action) => (
          <li key={action.id}>
            <div className="row">
              <span>{words(action.kind)} <span className="quiet">{fromNow(action.createdAt)}</span></span>
              <Badge value={action.status} />
            </div>
            {action.message && <p className="notice warn">{action.message}</p>}
          </li>
        ))}
      </ul>
      {actions.some((action) => OPEN.includes(action.status)) && <Following onChange={onChange} />}
    </section>
  );
}

function Following({ onChange }: { onChange: () => void }) {
  useLive(JOBS_CHANGED, onChange);
  return null;
}
