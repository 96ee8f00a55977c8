import type { FormEvent } from "react";
import { useMutation } from "urql";

import { graphql } from "../../gql";
import { Field } from "../../parts/Field";
import { RequestError, UserErrors } from "../../parts/Messages";
import { moment } from "../../words";

const ADD_NOTE = graphql(`
  mutation AddNote($input: AddOrderNoteInput!) {
    addOrderNote(input: $input) {
      order { id }
      userErrors { message field }
    }
  }
`);

type Note = { id: string; body: string; author: string; createdAt: string };

export function Notes({ orderId, notes }: { orderId: string; notes: Note[] }) {
  const [added, add] = useMutation(ADD_NOTE);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const { data } = await add({ input: { orderId, body: String(new FormData(form).get("body")) } });
    if (data?.addOrderNote.order) form.reset();
  }

  return (
    <section className="card">
      <h2>Notes</h2>
      <ol className="list">
        {notes.map((note) => (
          <li key={note.id}>
            {note.body}
            <div className="quiet">{note.author}, {moment(note.createdAt)}</div>
          </li>
        ))}
      </ol>
      <form className="inline" onSubmit={submit}>
        <Field label="Add a note">{(props) => <input {...props} name="body" required maxLength={10_000} />}</Field>
        <button type="submit" disabled={added.fetching}>Add</button>
      </form>
      <RequestError error={added.error} />
      <UserErrors errors={added.data?.addOrderNote.userErrors} />
    </section>
  );
}
