import { useState, type FormEvent } from "react";
import { useMutation } from "urql";

import { graphql } from "../../gql";
import type { InvoiceKind, InvoiceRecipient, OrderPageQuery } from "../../gql/graphql";
import { Badge } from "../../parts/Badge";
import { Field } from "../../parts/Field";
import { RequestError, UserErrors } from "../../parts/Messages";
import { sendFile } from "../../session";
import { words } from "../../words";

const UPLOAD = graphql(`
  mutation UploadInvoice($input: UploadInvoiceInput!) {
    uploadInvoice(input: $input) { action { id status } userErrors { message } }
  }
`);

type Props = { order: NonNullable<OrderPageQuery["order"]>; onDone: () => void };

/** The documents that Temu wants for an order of the European Union, each handed in once. */
export function Invoices({ order, onDone }: Props) {
  const [uploaded, upload] = useMutation(UPLOAD);
  const [failure, setFailure] = useState<string | null>(null);
  // Of credit notes several may be wanted, and which one a number is for makes no difference.
  const wanted = new Set(
    order.invoices.filter((each) => each.state === "WANTED" || each.state === "REFUSED")
      .map((each) => `${each.kind} ${each.recipient}` as const),
  );

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [kind, recipient] = String(form.get("document")).split(" ") as [InvoiceKind, InvoiceRecipient];
    try {
      const fileId = await sendFile(form.get("file") as File);
      setFailure(null);
      await upload({ input: { orderId: order.id, fileId, number: String(form.get("number")), kind, recipient } });
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    }
    onDone();
  }

  if (order.invoices.length === 0) return null;
  return (
    <section className="card">
      <h2>Invoices</h2>
      <ul className="list" aria-label="Invoices">
        {order.invoices.map((each, index) => (
          <li key={index}>
            <div className="row">
              <span>{named(`${each.kind} ${each.recipient}`)} <span className="quiet">{each.number}</span></span>
              <Badge value={each.state} />
            </div>
            {each.refusal && <p className="notice warn">{each.refusal}</p>}
          </li>
        ))}
      </ul>
      {wanted.size > 0 && (
        <form onSubmit={submit}>
          <Field label="Document">
            {(props) => (
              <select {...props} name="document">
                {[...wanted].map((document) => (
                  <option key={document} value={document}>{named(document)}</option>
                ))}
              </select>
            )}
          </Field>
          <Field label="Its number">
            {(props) => <input {...props} name="number" required maxLength={64} placeholder="RE-2026-00042" />}
          </Field>
          <Field label="PDF">{(props) => <input {...props} name="file" type="file" accept="application/pdf" required />}</Field>
          <button type="submit" disabled={uploaded.fetching}>Upload</button>
        </form>
      )}
      {failure && <p className="notice bad" role="alert">{failure}</p>}
      <RequestError error={uploaded.error} />
      <UserErrors errors={uploaded.data?.uploadInvoice.userErrors} />
    </section>
  );
}

function named(document: `${InvoiceKind} ${InvoiceRecipient}`): string {
  const [kind, recipient] = document.split(" ") as [InvoiceKind, InvoiceRecipient];
  return `${words(kind)} for the ${recipient.toLowerCase()}`;
}
