import type { FormEvent } from "react";
import { useMutation } from "urql";

import { graphql } from "../../gql";
import { Field } from "../../parts/Field";
import { RequestError, UserErrors } from "../../parts/Messages";

const SET_STOCK = graphql(`
  mutation SetStock($input: SetInventoryInput!) {
    setInventory(input: $input) {
      products { id }
      userErrors { message field }
    }
  }
`);

type Level = { onHand: number; reserved: number; warehouse: { id: string; name: string } };
type Props = { productId: string; inventory: Level[]; warehouses: { id: string; name: string }[] };

/** Sets only what was changed, and only if nobody else has changed it since it was shown. */
export function StockForm({ productId, inventory, warehouses }: Props) {
  const [set, setStock] = useMutation(SET_STOCK);
  const levels = warehouses.map(({ id, name }) => {
    const level = inventory.find((each) => each.warehouse.id === id);
    return { id, name, onHand: level?.onHand ?? 0, reserved: level?.reserved ?? 0 };
  });

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const changed = levels
      .map(({ id, onHand }) => ({ productId, warehouseId: id, onHand: Number(form.get(id)), compareOnHand: onHand }))
      .filter((level) => level.onHand !== level.compareOnHand);
    if (changed.length > 0) await setStock({ input: { levels: changed } });
  }

  return (
    <section className="card">
      <h2>On hand</h2>
      <form onSubmit={submit}>
        {levels.map(({ id, name, onHand, reserved }) => (
          <Field key={id} label={name} hint={`${reserved} held by orders`}>
            {(props) => <input {...props} name={id} type="number" min={0} defaultValue={onHand} key={onHand} />}
          </Field>
        ))}
        <button type="submit" disabled={set.fetching}>Save</button>
      </form>
      <RequestError error={set.error} />
      <UserErrors errors={set.data?.setInventory.userErrors} />
    </section>
  );
}
