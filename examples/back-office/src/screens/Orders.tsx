import { useQuery } from "urql";

import { graphql } from "../gql";
import type { OrdersQuery, OrderStatus, ShippingStatus } from "../gql/graphql";
import { Badge } from "../parts/Badge";
import { Loaded } from "../parts/Loaded";
import { Pager } from "../parts/Pager";
import { SearchBox } from "../parts/SearchBox";
import { Select } from "../parts/Select";
import { Table, type Column } from "../parts/Table";
import { changed, href, useRoute } from "../route";
import { useShop } from "../shop";
import { fromNow, moment, money } from "../words";
import { useState } from "react";

const ORDERS = graphql(`
  query Orders($filter: OrderFilter!, $after: String) {
    orders(first: 25, after: $after, filter: $filter) {
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
    }
  }
`);

type Row = OrdersQuery["orders"]["nodes"][number];

const STATUSES: OrderStatus[] = ["IN_PROCESS", "ON_HOLD", "PENDING", "COMPLETED", "CANCELLED"];
const SHIPPING: ShippingStatus[] = ["UNSHIPPED", "PARTIALLY_SHIPPED", "FULLY_SHIPPED"];

const COLUMNS: Column<Row>[] = [
  { title: "Order", cell: (order) => <a href={href("orders", order.id)}>{order.channelOrderId}</a> },
  { title: "Status", cell: (order) => <Badge value={order.status} /> },
  { title: "Shipping", cell: (order) => <Badge value={order.shippingStatus} /> },
  { title: "Placed", cell: (order) => moment(order.orderedAt) },
  { title: "Ship by", cell: (order) => order.status === "IN_PROCESS" ? fromNow(order.latestShipAt) : "–" },
  { title: "To", cell: ({ shippingAddress: to }) => to ? `${to.name ?? ""}, ${to.city ?? to.countryCode ?? ""}` : "–" },
  { title: "Pieces", isNumber: true, cell: (order) => order.items.reduce((sum, item) => sum + item.quantity, 0) },
  { title: "Total", isNumber: true, cell: (order) => money(order.total) },
];

export function Orders() {
  const { company } = useShop();
  const route = useRoute();
  const [search, setSearch] = useState("");
  const status = route.query.get("status") as OrderStatus | null;
  const shipping = route.query.get("shipping") as ShippingStatus | null;
  const [result] = useQuery({
    query: ORDERS,
    variables: {
      filter: {
        companyId: company.id,
        status: status && [status],
        shippingStatus: shipping && [shipping],
        hasUnknownProduct: route.query.has("unknown") ? true : null,
        search: search || null,
      },
      after: route.query.get("after"),
    },
  });

  return (
    <Loaded title="Orders" result={result}>
      {({ orders }) => (
        <>
          <div className="filters">
            <SearchBox label="Search orders" hint="Order number, recipient or SKU" onSearch={setSearch} />
            <Select label="Status" name="status" values={STATUSES} />
            <Select label="Shipping" name="shipping" values={SHIPPING} />
            <label className="check">
              <input
                type="checkbox"
                checked={route.query.has("unknown")}
                onChange={(event) => (location.hash = changed(route, { unknown: event.target.checked ? "yes" : undefined }))}
              />
              Unknown products only
            </label>
          </div>
          <Table caption="Orders" columns={COLUMNS} rows={orders.nodes} rowKey={(order) => order.id}
            empty="No order is like that." />
          <Pager pageInfo={orders.pageInfo} shown={orders.nodes.length} total={orders.totalCount} />
        </>
      )}
    </Loaded>
  );
}
