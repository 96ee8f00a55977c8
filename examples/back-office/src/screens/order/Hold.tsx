import type { FormEvent } from "react";
import { useMutation } from "urql";

import { graphql } from "../../gql";
import type { OrderPageQuery } from "../../gql/graphql";
import { Field } from "../../parts/Field";
import { RequestError, UserErrors } from "../../parts/Messages";
import { moment, words } from "../../words";

const HOLD = graphql(`
  mutation HoldOrder($orderId: ID!, $reason: String!) {
    holdOrder(input: { orderId: $orderId, reason: $reason }) { order { id status } userErrors { message } }
  }
`);

const RELEASE = graphql(`
  mutation ReleaseOrder($orderId: ID!) {
    releaseOrder(input: { orderId: $orderId }) { order { id status } userErrors { message } }
  }
`);

type Props = { order: NonNullable<OrderPageQuery["order"]>; onDone: () => void };

/** Why an order is held back, and a person's own hand on it. */
export function Hold({ order, onDone }: Props) {
  const [held, hold] = useMutation(HOLD);
  const [released, release] = useMutation(RELEASE);
  const isOpen = !["CANCELLED", "COMPLETED"].includes(order.status);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget).get("reason"));
    await hold({ orderId: order.id, reason });
    onDone();
  }

  async function letGo() {
    await release({ orderId: order.id });
    onDone();
  }

  if (!isOpen && !order.heldAt) return null;
  return (
    <section className="card">
      <h2>Holding back</h2>
      {order.holdReasons.length > 0 && (
        <p className="notice warn">On hold: {order.holdReasons.map(words).join(", ")}.</p>
      )}
      {order.heldAt ? (
        <>
          <p>{order.heldBecause} <span className="quiet">since {moment(order.heldAt)}</span></p>
          <button type="button" disabled={released.fetching} onClick={letGo}>Release</button>
        </>
      ) : (
        <form className="inline" onSubmit={submit}>
          <Field label="Hold it back because">
            {(props) => <input {...props} name="reason" required maxLength={500} placeholder="The buyer is to be called" />}
          </Field>
          <button type="submit" disabled={held.fetching}>Hold</button>
        </form>
      )}
      <RequestError error={held.error ?? released.error} />
      <UserErrors errors={held.data?.holdOrder.userErrors} />
      <UserErrors errors={released.data?.releaseOrder.userErrors} />
    </section>
  );
}
