import { useState } from "react";
import { useMutation } from "urql";

import { graphql } from "../../gql";
import type { OrderPageQuery } from "../../gql/graphql";
import { RequestError, UserErrors } from "../../parts/Messages";
import { fromNow } from "../../words";

const ACCEPT = graphql(`
  mutation AcceptCancellation($orderId: ID!) {
    acceptCancellation(input: { orderId: $orderId }) { action { id status } userErrors { message } }
  }
`);

const DECLINE = graphql(`
  mutation DeclineCancellation($orderId: ID!) {
    declineCancellation(input: { orderId: $orderId }) { order { id status } userErrors { message } }
  }
`);

const OUT_OF_STOCK = graphql(`
  mutation ReportOutOfStock($orderId: ID!) {
    reportOutOfStock(input: { orderId: $orderId }) { action { id status } userErrors { message } }
  }
`);

type Props = { order: NonNullable<OrderPageQuery["order"]>; onDone: () => void };

/** What the seller may answer to a buyer who asks to cancel, and until when; and what can't be sent for want of stock. */
export function Cancellation({ order, onDone }: Props) {
  const [accepted, accept] = useMutation(ACCEPT);
  const [declined, decline] = useMutation(DECLINE);
  const [reported, report] = useMutation(OUT_OF_STOCK);
  const [isSure, setSure] = useState(false);
  const may = new Set(order.availableActions.map((each) => each.action));
  const until = order.cancellationRequest?.respondBy;
  const isBusy = accepted.fetching || declined.fetching || reported.fetching;

  async function run(what: (variables: { orderId: string }) => Promise<unknown>) {
    await what({ orderId: order.id });
    onDone();
  }

  if (!order.cancellationRequest && !may.has("REPORT_OUT_OF_STOCK")) return null;
  return (
    <section className="card">
      <h2>Cancelling</h2>
      {order.cancellationRequest && (
        <p className="notice warn">The buyer has asked to cancel{until && `; Temu agrees by itself ${fromNow(until)}`}.</p>
      )}
      <div className="buttons">
        {may.has("ACCEPT_CANCELLATION") && (
          <button type="button" disabled={isBusy} onClick={() => run(accept)}>Agree to cancel</button>
        )}
        {may.has("DECLINE_CANCELLATION") && (
          <button type="button" disabled={isBusy} onClick={() => run(decline)}>Decline, and ship it</button>
        )}
        {may.has("REPORT_OUT_OF_STOCK") && (isSure ? (
          <button type="button" className="danger" disabled={isBusy} onClick={() => run(report)}>Yes, have Temu cancel it</button>
        ) : (
          <button type="button" onClick={() => setSure(true)}>Out of stock</button>
        ))}
      </div>
      <RequestError error={accepted.error ?? declined.error ?? reported.error} />
      <UserErrors errors={accepted.data?.acceptCancellation.userErrors} />
      <UserErrors errors={declined.data?.declineCancellation.userErrors} />
      <UserErrors errors={reported.data?.reportOutOfStock.userErrors} />
    </section>
  );
}
