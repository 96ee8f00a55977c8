import { useQuery } from "urql";

import { graphql } from "../gql";
import type { CompanyReturnsQuery, ReturnStatus } from "../gql/graphql";
import { useLive } from "../live";
import { Badge } from "../parts/Badge";
import { Loaded } from "../parts/Loaded";
import { Pager } from "../parts/Pager";
import { StatusTabs } from "../parts/StatusTabs";
import { Table, type Column } from "../parts/Table";
import { href, useRoute } from "../route";
import { useShop } from "../shop";
import { fromNow, money } from "../words";

const RETURNS = graphql(`
  query CompanyReturns($companyId: ID!, $filter: ReturnFilter, $after: String) {
    company(id: $companyId) {
      id
      returns(first: 25, after: $after, filter: $filter) {
        nodes {
          id
          channelReturnId
          type
          status
          respondBy
          requestedAt
          refund { amount currencyCode }
          order { id }
        }
        pageInfo { hasNextPage endCursor }
        totalCount
        statusCounts { status count }
      }
    }
  }
`);

const RETURNS_CHANGED = graphql(`
  subscription ReturnsChanged($companyId: ID!) {
    returnsChanged(companyId: $companyId) { cursor }
  }
`);

type Row = NonNullable<CompanyReturnsQuery["company"]>["returns"]["nodes"][number];

const COLUMNS: Column<Row>[] = [
  // Temu's number of a return begins with that of its order.
  {
    title: "Return",
    cell: (row) => row.order ? <a href={href("orders", row.order.id)}>{row.channelReturnId}</a> : row.channelReturnId,
  },
  { title: "Kind", cell: (row) => <Badge value={row.type} /> },
  { title: "Status", cell: (row) => <Badge value={row.status} /> },
  { title: "Refund", isNumber: true, cell: (row) => money(row.refund) },
  { title: "Asked for", cell: (row) => fromNow(row.requestedAt) },
  { title: "Answer by", cell: (row) => fromNow(row.respondBy) },
];

/** What buyers send back, or want the money back for; what is done with each stands with its order. */
export function Returns() {
  const { company } = useShop();
  const route = useRoute();
  const status = route.query.get("status") as ReturnStatus | null;
  const isDue = route.query.get("due") === "true" || null;
  const [result, refetch] = useQuery({
    query: RETURNS,
    variables: { companyId: company.id, filter: { status: status && [status], isDue }, after: route.query.get("after") },
  });
  const isLive = useLive(RETURNS_CHANGED, refetch);

  return (
    <Loaded title="Returns" result={result} isLive={isLive}>
      {(data) => data.company && (
        <>
          <StatusTabs label="Status" counts={data.company.returns.statusCounts} />
          <Table caption="Returns" columns={COLUMNS} rows={data.company.returns.nodes} rowKey={(row) => row.id}
            empty="No return is like that." />
          <Pager pageInfo={data.company.returns.pageInfo} shown={data.company.returns.nodes.length}
            total={data.company.returns.totalCount} />
        </>
      )}
    </Loaded>
  );
}
