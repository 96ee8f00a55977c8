import type { CombinedError } from "urql";

type UserError = { message: string; field?: string[] | null | undefined };

/** What went wrong with a request as a whole. */
export function RequestError({ error }: { error: CombinedError | undefined }) {
  if (!error) return null;
  const message = error.networkError
    ? "The server can’t be reached. It may be away, or may not allow this page's origin (TRADEWIND_CORS_ORIGINS)."
    : error.graphQLErrors.map((each) => each.message).join(" ");
  return <p className="notice bad" role="alert">{message}</p>;
}

/** Why a mutation changed nothing, in the server's words. */
export function UserErrors({ errors }: { errors: UserError[] | undefined }) {
  if (!errors?.length) return null;
  return (
    <ul className="notice bad" role="alert">
      {errors.map((each) => <li key={each.message}>{each.message}</li>)}
    </ul>
  );
}
