import type { FormEvent } from "react";
import { useMutation } from "urql";

import { graphql } from "../../gql";
import type { OrderPageQuery, ShippingLabelStatus, ShippingRatesInput } from "../../gql/graphql";
import { Badge } from "../../parts/Badge";
import { Field } from "../../parts/Field";
import { RequestError, UserErrors } from "../../parts/Messages";
import { fileUrl } from "../../session";
import { fromNow, money, words } from "../../words";

const RATES = graphql(`
  mutation ShippingRates($input: ShippingRatesInput!) {
    shippingRates(input: $input) {
      rates { serviceId carrier service delivery needs price { amount currencyCode } }
      unavailable { serviceId carrier service reason }
      userErrors { message field }
    }
  }
`);

const BUY = graphql(`
  mutation BuyShippingLabels($input: BuyShippingLabelsInput!) {
    buyShippingLabels(input: $input) {
      labels { id }
      results { userErrors { message } }
      userErrors { message }
    }
  }
`);

const RETRY = graphql(`
  mutation RetryShippingLabel($input: RetryShippingLabelInput!) {
    retryShippingLabel(input: $input) { label { id } userErrors { message } }
  }
`);

const PRINT = graphql(`
  mutation PrintShippingLabels($labelIds: [ID!]!) {
    printShippingLabels(input: { labelIds: $labelIds }) { url userErrors { message } }
  }
`);

const CONFIRM = graphql(`
  mutation ConfirmLabelsShipped($labelIds: [ID!]!) {
    confirmLabelsShipped(input: { labelIds: $labelIds }) { actions { id } userErrors { message } }
  }
`);

type Props = {
  order: NonNullable<OrderPageQuery["order"]>;
  warehouses: { id: string; name: string }[];
  onDone: () => void;
};

const ALIVE: ShippingLabelStatus[] = ["REQUESTED", "WORKING", "BOUGHT"];

/** Labels that Temu sells: what they cost for a parcel, those that were bought, their files, and that they have left. */
export function Labels({ order, warehouses, onDone }: Props) {
  const [asked, ask] = useMutation(RATES);
  const [bought, buy] = useMutation(BUY);
  const [retried, retry] = useMutation(RETRY);
  const [printed, print] = useMutation(PRINT);
  const [confirmed, confirm] = useMutation(CONFIRM);
  const isShippable = order.status === "IN_PROCESS" && order.shippingStatus === "UNSHIPPED"
    && !order.shippingLabels.some((label) => ALIVE.includes(label.status));
  // Temu makes a label that failed once more, for another service or other measures; any other is bought anew.
  const failed = order.shippingLabels.find((label) => label.status === "FAILED" && label.packageNumber && !label.retriedAt);
  const input = asked.operation?.variables as { input: ShippingRatesInput } | undefined;
  const errors = bought.data?.buyShippingLabels;

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name));
    await ask({
      input: {
        orderIds: [order.id],
        warehouseId: text("labelWarehouse"),
        weight: { value: text("weight"), unit: "GRAMS" },
        dimensions: { length: text("length"), width: text("width"), height: text("height"), unit: "CENTIMETERS" },
      },
    });
  }

  /** For no more than what was shown: where it costs more by then, nothing is bought. */
  async function choose(serviceId: string, { amount, currencyCode }: { amount: string; currencyCode: string }) {
    if (!input) return;
    const mostToPay = { amount, currencyCode };
    const { orderIds, ...parcel } = input.input;
    if (failed) await retry({ input: { ...parcel, labelId: failed.id, serviceId, mostToPay } });
    else await buy({ input: { purchases: [{ ...parcel, orderIds, serviceId, mostToPay }] } });
    onDone();
  }

  if (!isShippable && order.shippingLabels.length === 0) return null;
  return (
    <section className="card">
      <h2>Labels of Temu’s</h2>
      <ol className="list">
        {order.shippingLabels.map((label) => (
          <li key={label.id}>
            <Badge value={label.status} /> {label.carrier} {label.trackingNumber} {money(label.estimatedCost)}
            {label.failure && <p className="notice bad">{label.failure}</p>}
            {label.status === "BOUGHT" && (
              <div className="buttons">
                <button type="button" onClick={() => print({ labelIds: [label.id] })} disabled={printed.fetching}>Print</button>
                <button
                  type="button"
                  disabled={confirmed.fetching}
                  onClick={() => confirm({ labelIds: [label.id] }).then(onDone)}
                >
                  It has left
                </button>
                {label.autoConfirmAt && <span className="quiet">Temu says so by itself {fromNow(label.autoConfirmAt)}</span>}
              </div>
            )}
          </li>
        ))}
      </ol>
      {printed.data?.printShippingLabels.url && (
        <p><a href={fileUrl(printed.data.printShippingLabels.url)} target="_blank" rel="noopener">Open the label to print</a></p>
      )}
      {isShippable && (
        <form onSubmit={submit}>
          <Field label="Leaves from">
            {(props) => (
              <select {...props} name="labelWarehouse" required>
                {warehouses.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
              </select>
            )}
          </Field>
          <Field label="Weight in grams" hint="With its packing">
            {(props) => <input {...props} name="weight" type="number" min={1} step="any" required />}
          </Field>
          <div className="sides">
            {(["length", "width", "height"] as const).map((side) => (
              <Field key={side} label={words(side)} hint="cm">
                {(props) => <input {...props} name={side} type="number" min={0.1} step="any" required />}
              </Field>
            ))}
          </div>
          <button type="submit" disabled={asked.fetching}>Ask for prices</button>
        </form>
      )}
      {isShippable && asked.data && (
        <ul className="list" aria-label="Services">
          {asked.data.shippingRates.rates.map((rate) => (
            <li key={rate.serviceId}>
              <button type="button" disabled={bought.fetching || retried.fetching} onClick={() => choose(rate.serviceId, rate.price)}>
                {failed ? "Try again for" : "Buy for"} {money(rate.price)}
              </button>{" "}
              {rate.carrier}, {rate.service} <span className="quiet">{[rate.delivery, ...rate.needs].filter(Boolean).join("; ")}</span>
            </li>
          ))}
          {asked.data.shippingRates.unavailable.map((rate) => (
            <li key={rate.serviceId} className="quiet">{rate.carrier}, {rate.service}: {rate.reason}</li>
          ))}
        </ul>
      )}
      <RequestError error={asked.error ?? bought.error ?? retried.error ?? printed.error ?? confirmed.error} />
      <UserErrors errors={asked.data?.shippingRates.userErrors} />
      <UserErrors errors={errors && [...errors.userErrors, ...errors.results.flatMap((each) => each.userErrors)]} />
      <UserErrors errors={retried.data?.retryShippingLabel.userErrors} />
      <UserErrors errors={printed.data?.printShippingLabels.userErrors} />
      <UserErrors errors={confirmed.data?.confirmLabelsShipped.userErrors} />
    </section>
  );
}
