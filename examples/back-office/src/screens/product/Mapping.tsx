import type { FormEvent } from "react";
import { useMutation } from "urql";

import { graphql } from "../../gql";
import { Field } from "../../parts/Field";
import { RequestError, UserErrors } from "../../parts/Messages";
import { count } from "../../words";

const CHANGE_MAPPING = graphql(`
  mutation ChangeMapping($input: UpdateWebsitePropertiesInput!) {
    updateWebsiteProperties(input: $input) {
      product { id }
      matchedOrders
      userErrors { message field }
    }
  }
`);

type Props = {
  productId: string;
  websiteProductId: string | null;
  websiteProductVariantId: string | null;
  useDefaultSafetyQuantity: boolean;
  safetyQuantity: number;
};

/** What joins the product to its listing; both ids empty takes the mapping away. */
export function Mapping({ productId, ...properties }: Props) {
  const [changed, change] = useMutation(CHANGE_MAPPING);
  const matched = changed.data?.updateWebsiteProperties.matchedOrders ?? 0;

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    await change({
      input: {
        productId,
        websiteProductId: String(form.get("goods")).trim() || null,
        websiteProductVariantId: String(form.get("sku")).trim() || null,
        useDefaultSafetyQuantity: form.has("isDefault"),
        safetyQuantity: Number(form.get("safety")),
      },
    });
  }

  return (
    <section className="card">
      <h2>Listing on Temu</h2>
      <form onSubmit={submit}>
        <Field label="Goods ID">
          {(props) => <input {...props} name="goods" inputMode="numeric" defaultValue={properties.websiteProductId ?? ""} />}
        </Field>
        <Field label="SKU ID">
          {(props) => <input {...props} name="sku" inputMode="numeric" defaultValue={properties.websiteProductVariantId ?? ""} />}
        </Field>
        <label className="check">
          <input type="checkbox" name="isDefault" defaultChecked={properties.useDefaultSafetyQuantity} />
          The company’s safety quantity holds
        </label>
        <Field label="Safety quantity of its own" hint="Pieces that Temu is not told of">
          {(props) => <input {...props} name="safety" type="number" min={0} defaultValue={properties.safetyQuantity} />}
        </Field>
        <button type="submit" disabled={changed.fetching}>Save</button>
      </form>
      {matched > 0 && <p className="notice good" role="status">{count(matched, "waiting order")} will be matched.</p>}
      <RequestError error={changed.error} />
      <UserErrors errors={changed.data?.updateWebsiteProperties.userErrors} />
    </section>
  );
}
