import { useState, type FormEvent } from "react";
import { useMutation } from "urql";

import { graphql } from "../../gql";
import type { ProductPageQuery } from "../../gql/graphql";
import { useLive } from "../../live";
import { Badge } from "../../parts/Badge";
import { Facts } from "../../parts/Facts";
import { Field } from "../../parts/Field";
import { JobProgress } from "../../parts/JobProgress";
import { RequestError, UserErrors } from "../../parts/Messages";
import { useShop } from "../../shop";
import { money } from "../../words";

const SET_MINIMUM = graphql(`
  mutation SetMinimumPrices($input: SetMinimumPricesInput!) {
    setMinimumPrices(input: $input) { products { id } userErrors { message } }
  }
`);

const UPDATE_PRICES = graphql(`
  mutation UpdatePrices($input: UpdatePricesInput!) {
    updatePrices(input: $input) { products { id } userErrors { message } }
  }
`);

const UPLOAD_PRICES = graphql(`
  mutation UploadPrices($companyId: ID!, $productIds: [ID!]!) {
    uploadPrices(input: { companyId: $companyId, productIds: $productIds }) { job { id } userErrors { message } }
  }
`);

const PRICES_CHANGED = graphql(`
  subscription PricesChanged($companyId: ID!) {
    productsChanged(companyId: $companyId) { cursor }
  }
`);

type Price = NonNullable<NonNullable<ProductPageQuery["product"]>["price"]>;

/** What Temu is to pay for each piece, what it says to that, and below what nothing is sold. */
export function Price({ productId, price, onDone }: { productId: string; price: Price | null; onDone: () => void }) {
  const { company } = useShop();
  const [limited, limit] = useMutation(SET_MINIMUM);
  const [updated, update] = useMutation(UPDATE_PRICES);
  const [uploaded, upload] = useMutation(UPLOAD_PRICES);
  useLive(PRICES_CHANGED, onDone);
  const [jobId, setJobId] = useState<string | null>(null);
  const currency = (price?.channelPrice ?? price?.wanted ?? price?.minimum)?.currencyCode ?? "USD";

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [minimum, amount] = [String(form.get("minimum")), String(form.get("amount"))];
    const currencyCode = String(form.get("currency"));
    const companyId = company.id;
    if (minimum !== (price?.minimum?.amount ?? "")) {
      const { data } = await limit({
        input: { companyId, minimums: [{ productId, amount: minimum || null, currencyCode: minimum ? currencyCode : null }] },
      });
      if (!data?.setMinimumPrices.products) return;
    }
    if (!amount) return;
    const { data } = await update({ input: { companyId, prices: [{ productId, amount, currencyCode }] } });
    if (!data?.updatePrices.products) return;
    const { data: asked } = await upload({ companyId, productIds: [productId] });
    setJobId(asked?.uploadPrices.job?.id ?? null);
  }

  return (
    <section className="card">
      <h2>Price</h2>
      <Facts facts={[
        ["State", <Badge value={price?.state ?? "NONE"} />],
        ["Temu has", money(price?.channelPrice)],
        ["Wanted", money(price?.wanted)],
        ["Never below", money(price?.minimum)],
      ]} />
      {price?.refusal && <p className="notice bad">{price.refusal}</p>}
      <form onSubmit={submit}>
        <Field label="Never below">
          {(props) => <input {...props} name="minimum" inputMode="decimal" defaultValue={price?.minimum?.amount ?? ""} />}
        </Field>
        <Field label="New price" hint="What Temu pays for each piece, which it reviews">
          {(props) => <input {...props} name="amount" inputMode="decimal" />}
        </Field>
        <Field label="Currency">
          {(props) => <input {...props} name="currency" defaultValue={currency} minLength={3} maxLength={3} required />}
        </Field>
        <button type="submit" disabled={limited.fetching || updated.fetching || uploaded.fetching}>Ask Temu for it</button>
      </form>
      {jobId && <JobProgress id={jobId} key={jobId} onEnd={onDone} />}
      <RequestError error={limited.error ?? updated.error ?? uploaded.error} />
      <UserErrors errors={limited.data?.setMinimumPrices.userErrors} />
      <UserErrors errors={updated.data?.updatePrices.userErrors} />
      <UserErrors errors={uploaded.data?.uploadPrices.userErrors} />
    </section>
  );
}
