import { useState } from "react";
import { useQuery } from "urql";

import { graphql } from "../gql";
import type { OrderAttention, OrderOrderField, OrdersQuery, OrderStatus, ShippingStatus } from "../gql/graphql";
import { useLive } from "../live";
import { Badge } from "../parts/Badge";
import { Loaded } from "../parts/Loaded";
import { Pager } from "../parts/Pager";
import { SearchBox } from "../parts/SearchBox";
import { Select } from "../parts/Select";
import { StatusTabs } from "../parts/StatusTabs";
import { Table, type Column } from "../parts/Table";
import { href, orderBy, useRoute } from "../route";
import { useShop } from "../shop";
import { fromNow, moment, money } from "../words";

const ORDERS = graphql(`
  query Orders($filter: OrderFilter!, $orderBy: OrderOrder, $after: String) {
    orders(first: 25, after: $after, filter: $filter, orderBy: $orderBy) {
      nodes {
        id
        channelOrderId
        status
        shippingStatus
        sourceUpdatedForShipping
        orderedAt
        latestShipAt
        total { amount currencyCode }
        shippingAddress { name city countryCode }
        items { id quantity isUnknownProduct }
      }
      pageInfo { hasNextPage endCursor }
      totalCount
      statusCounts { status count }
    }
  }
`);

const ORDERS_CHANGED = graphql(`
  subscription OrdersChanged($companyId: ID!) {
    ordersChanged(companyId: $companyId) { cursor }
  }
`);

type Row = OrdersQuery["orders"]["nodes"][number];

const ATTENTION: OrderAttention[] = ["PAST_SHIP_BY", "TRACKING_REFUSED", "CORRECTIONS_REFUSED", "SHIPPED_NOT_UPLOADED",
  "UNKNOWN_PRODUCTS", "ORDERS_HELD", "RENUMBERED_ITEMS", "CANCELLATION_REQUESTS", "INVOICES_WANTED"];
const SHIPPING: ShippingStatus[] = ["UNSHIPPED", "PARTIALLY_SHIPPED", "FULLY_SHIPPED"];

const COLUMNS: Column<Row>[] = [
  { title: "Order", sort: "CHANNEL_ORDER_ID", cell: (order) => <a href={href("orders", order.id)}>{order.channelOrderId}</a> },
  {
    title: "Status",
    isLong: true,
    cell: ({ status, shippingStatus }) => (
      <>
        <Badge value={status} /> {shippingStatus !== "UNSHIPPED" && <Badge value={shippingStatus} />}
      </>
    ),
  },
  { title: "Placed", sort: "ORDERED_AT", cell: (order) => moment(order.orderedAt) },
  { title: "Ship by", sort: "LATEST_SHIP_AT", cell: (order) => order.status === "IN_PROCESS" ? fromNow(order.latestShipAt) : "–" },
  { title: "To", isLong: true, cell: ({ shippingAddress: to }) => to && <><bdi>{to.name}</bdi>, <bdi>{to.city ?? to.countryCode}</bdi></> },
  { title: "Pieces", isNumber: true, cell: (order) => order.items.reduce((sum, item) => sum + item.quantity, 0) },
  { title: "Total", isNumber: true, sort: "TOTAL", cell: (order) => money(order.total) },
];

export function Orders() {
  const { company } = useShop();
  const route = useRoute();
  const [search, setSearch] = useState("");
  const status = route.query.get("status") as OrderStatus | null;
  const shipping = route.query.get("shipping") as ShippingStatus | null;
  const [result, refetch] = useQuery({
    query: ORDERS,
    variables: {
      filter: {
        companyId: company.id,
        status: status && [status],
        shippingStatus: shipping && [shipping],
        search: search || null,
        attention: route.query.get("attention") as OrderAttention | null,
      },
      orderBy: orderBy<OrderOrderField>(route),
      after: route.query.get("after"),
    },
  });
  const isLive = useLive(ORDERS_CHANGED, refetch);

  return (
    <Loaded title="Orders" result={result} isLive={isLive}>
      {({ orders }) => (
        <>
          <div className="filters">
            <SearchBox label="Search orders" hint="Order number, recipient or SKU" onSearch={setSearch} />
            <Select label="Shipping" name="shipping" values={SHIPPING} />
            <Select label="Attention" name="attention" values={ATTENTION} />
          </div>
          <StatusTabs label="Status" counts={orders.statusCounts} />
          <Table caption="Orders" columns={COLUMNS} rows={orders.nodes} rowKey={(order) => order.id}
            empty="No order is like that." />
          <Pager pageInfo={orders.pageInfo} shown={orders.nodes.length} total={orders.totalCount} />
        </>
      )}
    </Loaded>
  );
}
