import { useMutation, useQuery } from "urql";

import { graphql } from "../gql";
import type { ChannelActionAttention, ChannelActionStatus, CompanyActionsQuery } from "../gql/graphql";
import { useLive } from "../live";
import { Badge } from "../parts/Badge";
import { Loaded } from "../parts/Loaded";
import { RequestError, UserErrors } from "../parts/Messages";
import { Pager } from "../parts/Pager";
import { Select } from "../parts/Select";
import { Table, type Column } from "../parts/Table";
import { href, useRoute } from "../route";
import { useShop } from "../shop";
import { fromNow, moment, words } from "../words";

const ACTIONS = graphql(`
  query CompanyActions($companyId: ID!, $filter: ChannelActionFilter, $after: String) {
    company(id: $companyId) {
      id
      channelActions(first: 25, after: $after, filter: $filter) {
        nodes {
          id
          kind
          status
          subject
          message
          createdAt
          sentAt
          nextAttemptAt
          order { id channelOrderId }
          product { id sku }
        }
        pageInfo { hasNextPage endCursor }
        totalCount
      }
    }
  }
`);

const ACTIONS_CHANGED = graphql(`
  subscription ActionsChanged($companyId: ID!) {
    queuedJobsChanged(companyId: $companyId) { cursor }
  }
`);

const RESOLVE = graphql(`
  mutation ResolveAction($actionId: ID!, $hasHappened: Boolean!) {
    resolveChannelAction(input: { actionId: $actionId, hasHappened: $hasHappened }) {
      action { id status }
      userErrors { message }
    }
  }
`);

const CANCEL = graphql(`
  mutation CancelAction($actionId: ID!) {
    cancelChannelAction(input: { actionId: $actionId }) { action { id status } userErrors { message } }
  }
`);

type Row = NonNullable<CompanyActionsQuery["company"]>["channelActions"]["nodes"][number];

const STATUSES: ChannelActionStatus[] = ["QUEUED", "IN_DOUBT", "WORKING", "SUCCEEDED", "REFUSED", "CANCELLED", "UNCONFIRMED"];

const COLUMNS: Column<Row>[] = [
  { title: "Asked", cell: (row) => words(row.kind) },
  { title: "Of", cell: (row) => <Subject {...row} /> },
  { title: "Status", cell: (row) => <Badge value={row.status} /> },
  { title: "When", cell: (row) => moment(row.createdAt) },
  { title: "Next", cell: (row) => fromNow(row.nextAttemptAt) },
  { title: "What to do", isLong: true, cell: (row) => <Advice {...row} /> },
];

/** All that Temu was asked to do beside shipping and stock, and a person's answer where Temu gives none. */
export function Actions() {
  const { company } = useShop();
  const route = useRoute();
  const status = route.query.get("status") as ChannelActionStatus | null;
  const attention = route.query.get("attention") as ChannelActionAttention | null;
  const [result, refetch] = useQuery({
    query: ACTIONS,
    variables: {
      companyId: company.id,
      filter: { status: status && [status], attention },
      after: route.query.get("after"),
    },
  });
  const isLive = useLive(ACTIONS_CHANGED, refetch);

  return (
    <Loaded title="Asked of Temu" result={result} isLive={isLive}>
      {(data) => data.company && (
        <>
          <div className="filters">
            <Select label="Status" name="status" values={STATUSES} />
          </div>
          <Table caption="Asked of Temu" columns={COLUMNS} rows={data.company.channelActions.nodes}
            rowKey={(row) => row.id} empty="Nothing like that was asked for." />
          <Pager pageInfo={data.company.channelActions.pageInfo} shown={data.company.channelActions.nodes.length}
            total={data.company.channelActions.totalCount} />
        </>
      )}
    </Loaded>
  );
}

function Subject({ order, product, subject }: Row) {
  if (order) return <a href={href("orders", order.id)}>{order.channelOrderId}</a>;
  if (product) return <a href={href("products", product.id)}>{product.sku}</a>;
  return subject;
}

// From then on the server lets a person say what became of something that Temu works on.
const A_DAY = 24 * 60 * 60 * 1000;

/** What was refused and why, and what a person may do about it. */
function Advice({ id, status, message, sentAt }: Row) {
  const isLate = status === "WORKING" && sentAt !== null && Date.now() - Date.parse(sentAt) > A_DAY;
  const [resolved, resolve] = useMutation(RESOLVE);
  const [cancelled, cancel] = useMutation(CANCEL);
  return (
    <>
      {message}
      <div className="buttons">
        {(status === "UNCONFIRMED" || isLate) && (
          <>
            <button type="button" disabled={resolved.fetching} onClick={() => resolve({ actionId: id, hasHappened: true })}>
              Temu did it
            </button>
            <button type="button" disabled={resolved.fetching} onClick={() => resolve({ actionId: id, hasHappened: false })}>
              Temu did not
            </button>
          </>
        )}
        {status === "QUEUED" && (
          <button type="button" disabled={cancelled.fetching} onClick={() => cancel({ actionId: id })}>Take back</button>
        )}
      </div>
      <RequestError error={resolved.error ?? cancelled.error} />
      <UserErrors errors={resolved.data?.resolveChannelAction.userErrors} />
      <UserErrors errors={cancelled.data?.cancelChannelAction.userErrors} />
    </>
  );
}
