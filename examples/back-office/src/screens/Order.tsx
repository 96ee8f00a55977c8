import { useState } from "react";
import { useQuery } from "urql";

import { graphql } from "../gql";
import type { OrderPageQuery } from "../gql/graphql";
import { useLive } from "../live";
import { Asked } from "../parts/Asked";
import { Badge } from "../parts/Badge";
import { Facts } from "../parts/Facts";
import { History } from "../parts/History";
import { JobProgress } from "../parts/JobProgress";
import { Loaded } from "../parts/Loaded";
import { Table, type Column } from "../parts/Table";
import { href } from "../route";
import { fromNow, moment, money } from "../words";
import { Cancellation } from "./order/Cancellation";
import { Hold } from "./order/Hold";
import { Invoices } from "./order/Invoices";
import { Labels } from "./order/Labels";
import { Notes } from "./order/Notes";
import { Packages } from "./order/Packages";
import { Returns } from "./order/Returns";
import { ShipForm } from "./order/ShipForm";

const ORDER_PAGE = graphql(`
  query OrderPage($id: ID!) {
    order(id: $id) {
      id
      channelOrderId
      status
      shippingStatus
      sourceUpdatedForShipping
      fulfilledBy
      orderedAt
      latestShipAt
      holdReasons
      heldAt
      heldBecause
      labels
      shippingRestrictions
      total { amount currencyCode }
      company { id }
      cancellationRequest { respondBy }
      availableActions { action until }
      shippingLabels {
        id
        status
        carrier
        trackingNumber
        failure
        packageNumber
        retriedAt
        autoConfirmAt
        estimatedCost { amount currencyCode }
      }
      returns(first: 10) {
        nodes {
          id
          channelReturnId
          type
          status
          respondBy
          availableOperations
          refund { amount currencyCode }
          lines { id quantity receivedQuantity damagedQuantity reason orderItem { id title } }
        }
      }
      shippingAddress { name phone line1 line2 city region postalCode countryCode erasedAt }
      items {
        id
        title
        quantity
        cancelledQuantity
        shippedQuantity
        isUnknownProduct
        unitPrice { amount currencyCode }
        product { id sku }
      }
      packages {
        id
        carrier
        trackingNumber
        shippedAt
        uploadedAt
        warnings
        warehouse { id name }
        correction { trackingNumber refusal }
        lines { quantity orderItem { id title } }
      }
      invoices { kind recipient state number refusal }
      channelActions(first: 5) { nodes { id kind status message createdAt } }
      notes { id body author createdAt }
    }
    warehouses { id name }
  }
`);

const ORDER_CHANGED = graphql(`
  subscription OrderChanged($companyId: ID!) {
    ordersChanged(companyId: $companyId) { cursor }
  }
`);

type OrderOnPage = NonNullable<OrderPageQuery["order"]>;
type Item = OrderOnPage["items"][number];

const COLUMNS: Column<Item>[] = [
  { title: "Item", isLong: true, cell: (item) => item.title },
  {
    title: "Product",
    cell: ({ product }) => product ? <a href={href("products", product.id)}>{product.sku}</a> : <Badge value="UNMAPPED" />,
  },
  { title: "Price", isNumber: true, cell: (item) => money(item.unitPrice) },
  { title: "Ordered", isNumber: true, cell: (item) => item.quantity },
  { title: "Cancelled", isNumber: true, cell: (item) => item.cancelledQuantity },
  { title: "Shipped", isNumber: true, cell: (item) => item.shippedQuantity },
];

export function Order({ id }: { id: string }) {
  const [result, refetch] = useQuery({ query: ORDER_PAGE, variables: { id } });
  const [jobId, setJobId] = useState<string | null>(null);
  const order = result.data?.order;
  const isLive = useLive(ORDER_CHANGED, refetch);
  const refresh = () => refetch({ requestPolicy: "network-only" });

  return (
    <Loaded title={order?.channelOrderId ?? "Order"} result={result} isLive={isLive}>
      {({ warehouses }) => order ? (
        <>
          <div className="badges">
            <Badge value={order.status} />
            <Badge value={order.shippingStatus} />
            {order.labels.map((label) => <Badge key={label} value={label} />)}
          </div>
          <Cancellation order={order} onDone={refresh} />
          <div className="columns">
            <section className="card">
              <h2>Order</h2>
              <Facts facts={[
                ["Placed", moment(order.orderedAt)],
                ["Ship by", order.latestShipAt && `${moment(order.latestShipAt)} (${fromNow(order.latestShipAt)})`],
                ["Total", money(order.total)],
                ["Temu knows how it was shipped", order.sourceUpdatedForShipping ? "Yes" : "No"],
              ]} />
            </section>
            <section className="card">
              <h2>Ship to</h2>
              <ShipTo address={order.shippingAddress} />
            </section>
          </div>
          <Table caption="Items" columns={COLUMNS} rows={order.items} rowKey={(item) => item.id} empty="No items." />
          <div className="columns">
            <ShipForm order={order} warehouses={warehouses} onShipped={setJobId} />
            <div>
              <section className="card">
                <h2>Packages</h2>
                <Packages packages={order.packages} />
                {jobId && <JobProgress id={jobId} key={jobId} onEnd={refresh} />}
              </section>
              <Labels order={order} warehouses={warehouses} onDone={refresh} />
            </div>
          </div>
          <Returns returns={order.returns.nodes} warehouses={warehouses} onDone={refresh} />
          <div className="columns">
            <Invoices order={order} onDone={refresh} />
            <Asked actions={order.channelActions.nodes} onChange={refresh} />
          </div>
          <div className="columns">
            <Notes orderId={order.id} notes={order.notes} />
            <Hold order={order} onDone={refresh} />
          </div>
          <History id={order.id} key={order.id} />
        </>
      ) : <p className="empty">There is no such order.</p>}
    </Loaded>
  );
}

function ShipTo({ address }: { address: OrderOnPage["shippingAddress"] }) {
  if (!address) return <p className="quiet">Temu hasn’t told the address yet.</p>;
  if (address.erasedAt) return <p className="quiet">Erased {moment(address.erasedAt)}; {address.countryCode}.</p>;
  const { name, line1, line2, city, region, postalCode, countryCode, phone } = address;
  const lines = [name, line1, line2, [city, region, postalCode].filter(Boolean).join(", "), countryCode, phone];
  return <address>{lines.filter(Boolean).map((line) => <div key={line}>{line}</div>)}</address>;
}
