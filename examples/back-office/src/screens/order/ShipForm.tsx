import type { FormEvent } from "react";
import { useMutation } from "urql";

import { graphql } from "../../gql";
import type { OrderStatus, ShippingStatus } from "../../gql/graphql";
import { Field } from "../../parts/Field";
import { RequestError, UserErrors } from "../../parts/Messages";

const SHIP = graphql(`
  mutation Ship($input: ShipOrderInput!) {
    shipOrder(input: $input) {
      order { id shippingStatus }
      userErrors { message field }
    }
  }
`);

const TELL_TEMU = graphql(`
  mutation TellTemu($input: UploadTrackingInput!) {
    uploadTracking(input: $input) {
      job { id }
      userErrors { message }
    }
  }
`);

type Item = { id: string; title: string; quantity: number; cancelledQuantity: number; shippedQuantity: number };
type Order = {
  id: string;
  status: OrderStatus;
  shippingStatus: ShippingStatus;
  sourceUpdatedForShipping: boolean;
  shippingRestrictions: string[];
  company: { id: string };
  items: Item[];
};
type Props = { order: Order; warehouses: { id: string; name: string }[]; onShipped: (jobId: string) => void };

const NOT_NOW: Partial<Record<OrderStatus, string>> = {
  CANCELLED: "It is cancelled.",
  ON_HOLD: "It is on hold, and can’t be shipped for now.",
};

/** Records one package; once all of the order is packed, a job tells Temu. */
export function ShipForm({ order, warehouses, onShipped }: Props) {
  const [shipped, ship] = useMutation(SHIP);
  const [told, tell] = useMutation(TELL_TEMU);
  const left = order.items
    .map((item) => ({ ...item, left: item.quantity - item.cancelledQuantity - item.shippedQuantity }))
    .filter((item) => item.left > 0);
  const isShippable = order.status === "IN_PROCESS" && left.length > 0;

  async function tellTemu() {
    const { data } = await tell({ input: { companyId: order.company.id, orderIds: [order.id] } });
    if (data?.uploadTracking.job) onShipped(data.uploadTracking.job.id);
  }

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const lines = left
      .map((item) => ({ orderItemId: item.id, quantity: Number(form.get(item.id)) }))
      .filter((line) => line.quantity > 0);
    const { data } = await ship({
      input: {
        orderId: order.id,
        packages: [{
          warehouseId: String(form.get("warehouse")),
          carrier: String(form.get("carrier")),
          trackingNumber: String(form.get("trackingNumber")),
          lines,
        }],
      },
    });
    if (data?.shipOrder.order?.shippingStatus === "FULLY_SHIPPED") await tellTemu();
  }

  return (
    <section className="card">
      <h2>Ship</h2>
      {isShippable && order.shippingRestrictions.length > 0 && (
        <p className="notice warn">Temu restricts labels: {order.shippingRestrictions.join(", ")}.</p>
      )}
      {isShippable ? (
        <form onSubmit={submit}>
          {left.map((item) => (
            <Field key={item.id} label={item.title} hint={`${item.left} to ship`}>
              {(props) => <input {...props} name={item.id} type="number" min={0} max={item.left} defaultValue={item.left} />}
            </Field>
          ))}
          <Field label="From">
            {(props) => (
              <select {...props} name="warehouse" required>
                {warehouses.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
              </select>
            )}
          </Field>
          <Field label="Carrier" hint="As Temu calls it, such as UPS">
            {(props) => <input {...props} name="carrier" required />}
          </Field>
          <Field label="Tracking number">
            {(props) => <input {...props} name="trackingNumber" autoComplete="off" required />}
          </Field>
          <button className="primary" type="submit" disabled={shipped.fetching}>Ship</button>
        </form>
      ) : (
        <p className="quiet">{NOT_NOW[order.status] ?? (left.length > 0 ? "It can’t be shipped as it stands." : "All of it is shipped.")}</p>
      )}
      {order.shippingStatus === "FULLY_SHIPPED" && !order.sourceUpdatedForShipping && (
        <button type="button" onClick={tellTemu} disabled={told.fetching}>Tell Temu now</button>
      )}
      <RequestError error={shipped.error ?? told.error} />
      <UserErrors errors={shipped.data?.shipOrder.userErrors} />
      <UserErrors errors={told.data?.uploadTracking.userErrors} />
    </section>
  );
}
