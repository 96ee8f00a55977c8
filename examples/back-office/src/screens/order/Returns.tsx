import { useState, type FormEvent } from "react";
import { useMutation } from "urql";

import { graphql } from "../../gql";
import type { OrderPageQuery } from "../../gql/graphql";
import { useLive } from "../../live";
import { Badge } from "../../parts/Badge";
import { Field } from "../../parts/Field";
import { RequestError, UserErrors } from "../../parts/Messages";
import { fromNow, money } from "../../words";

const REFUND = graphql(`
  mutation IssueRefund($returnId: ID!, $maxAmount: Decimal!) {
    issueRefund(input: { returnId: $returnId, maxAmount: $maxAmount }) { action { id status } userErrors { message } }
  }
`);

const RECEIVE = graphql(`
  mutation ReceiveReturn($input: ReceiveReturnInput!) {
    receiveReturn(input: $input) { return { id } userErrors { message } }
  }
`);

const RETURNS_CHANGED = graphql(`
  subscription OrderReturnsChanged($companyId: ID!) {
    returnsChanged(companyId: $companyId) { cursor }
  }
`);

type Return = NonNullable<OrderPageQuery["order"]>["returns"]["nodes"][number];
type Props = { returns: Return[]; warehouses: { id: string; name: string }[]; onDone: () => void };

/** What the buyer sends back: the money given back, and the pieces put back on hand. */
export function Returns({ returns, warehouses, onDone }: Props) {
  useLive(RETURNS_CHANGED, onDone);
  if (returns.length === 0) return null;
  return (
    <div className="columns">
      {returns.map((each) => <OneReturn key={each.id} row={each} warehouses={warehouses} onDone={onDone} />)}
    </div>
  );
}

function OneReturn({ row, warehouses, onDone }: { row: Return } & Omit<Props, "returns">) {
  const [refunded, refund] = useMutation(REFUND);
  const [received, receive] = useMutation(RECEIVE);
  const [isSure, setSure] = useState(false);
  const left = row.lines
    .map((line) => ({ ...line, left: line.quantity - line.receivedQuantity - line.damagedQuantity }))
    .filter((line) => line.left > 0);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const lines = left
      .map((line) => ({
        lineId: line.id,
        quantity: Number(form.get(line.id)),
        condition: form.has("damaged") ? "DAMAGED" as const : "SELLABLE" as const,
      }))
      .filter((line) => line.quantity > 0);
    await receive({
      input: {
        returnId: row.id,
        warehouseId: String(form.get("warehouse")),
        lines,
        // Named by what was still to come: however often the button is pressed, nothing is put back twice.
        idempotencyKey: `${row.id}:${left.map((line) => line.left).join("-")}`,
      },
    });
    onDone();
  }

  return (
    <section className="card">
      <h2>Return {row.channelReturnId}</h2>
      <div className="badges"><Badge value={row.type} /><Badge value={row.status} /></div>
      <p>{money(row.refund)}{row.respondBy && `; to be answered ${fromNow(row.respondBy)}`}</p>
      {row.availableOperations.includes("ISSUE_REFUND") && row.refund && (
        isSure ? (
          <button
            type="button"
            className="danger"
            disabled={refunded.fetching}
            onClick={() => refund({ returnId: row.id, maxAmount: row.refund?.amount ?? "0" }).then(onDone)}
          >
            Yes, give {money(row.refund)} back
          </button>
        ) : <button type="button" onClick={() => setSure(true)}>Refund</button>
      )}
      {left.length > 0 && (
        <form onSubmit={submit}>
          {left.map((line) => (
            <Field key={line.id} label={line.orderItem?.title ?? "Pieces"} hint={line.reason ?? `${line.left} to come`}>
              {(props) => <input {...props} name={line.id} type="number" min={0} max={line.left} defaultValue={line.left} />}
            </Field>
          ))}
          <Field label="Comes in at">
            {(props) => (
              <select {...props} name="warehouse" required>
                {warehouses.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
              </select>
            )}
          </Field>
          <label className="check"><input type="checkbox" name="damaged" /> Damaged: not put back on hand</label>
          <button type="submit" disabled={received.fetching}>Receive</button>
        </form>
      )}
      <RequestError error={refunded.error ?? received.error} />
      <UserErrors errors={refunded.data?.issueRefund.userErrors} />
      <UserErrors errors={received.data?.receiveReturn.userErrors} />
    </section>
  );
}
